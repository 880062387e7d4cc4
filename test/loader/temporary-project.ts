/** A project in the temporary folder, for tests that import files from it. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

export interface TemporaryProject {
  readonly root: string
  path(name: string): string
  write(files: Readonly<Record<string, string>>): void
}

const ownModules = join(import.meta.dirname, '../../node_modules')

/** Makes a project with these files; it is removed when the test ends. `kysely` is installed in it, dbmig is not. */
export function temporaryProject(files: Readonly<Record<string, string>>): TemporaryProject {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'dbmig-loader-')))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const project: TemporaryProject = {
    root,
    path: (name) => join(root, name),
    write(more) {
      for (const [name, text] of Object.entries(more)) {
        mkdirSync(dirname(join(root, name)), { recursive: true })
        writeFileSync(join(root, name), text)
      }
    },
  }
  project.write({ 'node_modules/.keep': '', ...files })
  symlinkSync(join(ownModules, 'kysely'), join(root, 'node_modules/kysely'), 'dir')
  return project
}

/** What a promise is rejected with. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('The promise was fulfilled.')
}
