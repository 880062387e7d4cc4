/** The command `init`: the files that a project starts with. */
import { existsSync, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { messageOf } from '../errors.ts'
import { notWritable, unknownTemplate } from './errors.ts'
import { writeNewFile } from './write-file.ts'

export interface InitOptions {
  readonly cwd: string
  /** Default: `default`. */
  readonly template?: string | undefined
}

export interface InitResult {
  /** The folder that was set up. */
  readonly folder: string
  /** Relative to the folder. */
  readonly written: readonly string[]
  /** What was there already and stayed as it was. */
  readonly kept: readonly string[]
  /** Packages that the files need and that are not installed. */
  readonly missingPackages: readonly string[]
}

/** Where each file of a template goes. npm would leave a `.gitignore` out of the package. */
const targets: Readonly<Record<string, string>> = {
  'dbmig.config.ts': 'dbmig.config.ts',
  'schema.ts': 'schema.ts',
  'migrations/README.md': 'migrations/README.md',
  gitignore: '.dbmig/.gitignore',
}

const CONFIGURATION = /^(?:dbmig\.config\.\w+|\.dbmigrc(?:\.\w+)?)$/

/**
 * Writes a configuration, a first schema and a migrations folder. Overwrites nothing.
 *
 * @throws AUTHORING_UNKNOWN_TEMPLATE, AUTHORING_NOT_WRITABLE
 */
export async function initProject(options: InitOptions): Promise<InitResult> {
  const folder = resolve(options.cwd)
  const template = templateFolder(options.template ?? 'default')
  const written: string[] = []
  const kept: string[] = []
  for (const [source, target] of Object.entries(targets)) {
    const there = target === 'dbmig.config.ts' ? await configurationIn(folder) : undefined
    if (there !== undefined || existsSync(join(folder, target))) kept.push(there ?? target)
    else {
      await writeNewFile(join(folder, target), await readFile(join(template, source), 'utf8'))
      written.push(target)
    }
  }
  const missingPackages = ['kysely', '@electric-sql/pglite'].filter((name) => !isInstalled(name))
  return { folder, written, kept, missingPackages }
}

/** The configuration that cosmiconfig would find in this very folder. */
async function configurationIn(folder: string): Promise<string | undefined> {
  if (!existsSync(folder)) return undefined
  const names = readdirSync(folder)
  const found = names.find((name) => CONFIGURATION.test(name))
  if (found !== undefined || !names.includes('package.json')) return found
  const file = join(folder, 'package.json')
  try {
    const manifest: unknown = JSON.parse(await readFile(file, 'utf8'))
    return Object.hasOwn(Object(manifest), 'dbmig') ? '`dbmig` in package.json' : undefined
  } catch (error) {
    throw notWritable(join(folder, 'dbmig.config.ts'), `${file} is no JSON (${messageOf(error)})`)
  }
}

function templateFolder(name: string): string {
  const root = fileURLToPath(new URL('../../templates', import.meta.url))
  const known = readdirSync(root)
  if (!known.includes(name)) throw unknownTemplate(name, known)
  return join(root, name)
}

/** Seen from dbmig itself, which is what imports them. */
function isInstalled(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name)
    return true
  } catch {
    return false
  }
}
