/** Post-write hooks: the commands of the configuration, run on each new revision file after it was written. */
import { existsSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import type { Project } from '../config/config.ts'
import type { ProjectHook } from '../config/hooks.ts'
import { redactUrls } from '../database/url.ts'
import { messageOf } from '../errors.ts'
import type { Revision } from '../graph/revision.ts'
import { createModuleLoader } from '../loader/load-module.ts'
import { readRevision } from '../loader/revision-files.ts'

export interface HookResult {
  readonly name: string
  /** Absolute path of the file that it ran on. */
  readonly path: string
  readonly ok: boolean
  /** A sentence that says what went wrong; null where nothing did. */
  readonly error: string | null
  /** What it printed. */
  readonly output: string
}

/**
 * Runs every hook on every file, one after another. A hook that fails keeps neither the file nor the other hooks from
 * what they are there for.
 *
 * @param files as they were written: the hooks must leave them the revisions that they are
 */
export async function runHooks(
  project: Pick<Project, 'root' | 'hooks'>,
  files: readonly Revision[],
  signal?: AbortSignal,
): Promise<HookResult[]> {
  const results: HookResult[] = []
  for (const file of files) {
    let intact = true
    for (const hook of project.hooks) {
      const { error, output } = await runHook(hook, file.path, project.root, signal)
      const damage = intact ? await damageTo(file, project.root) : null
      if (damage !== null) intact = false
      const faults = [
        ...(error === null ? [] : [`The hook "${hook.name}" ${error}. ${file.path} is kept as it is now.`]),
        ...(damage === null ? [] : [`The hook "${hook.name}" ${damage}`]),
      ]
      results.push({
        name: hook.name,
        path: file.path,
        ok: faults.length === 0,
        error: faults.length === 0 ? null : faults.join(' '),
        output: redactUrls(output),
      })
    }
  }
  return results
}

interface Outcome {
  /** What goes after the hook's name. */
  readonly error: string | null
  readonly output: string
}

async function runHook(
  { name, command, args, cwd }: ProjectHook,
  file: string,
  root: string,
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  if (signal?.aborted) return { error: 'was not run, as the command was interrupted', output: '' }
  if (!existsSync(cwd)) return { error: `was not run: its folder ${cwd} does not exist`, output: '' }
  const { execa } = await import('execa')
  const result = await execa(command, argumentsFor(args, file), {
    cwd,
    // The programs of the project's own packages come first, as in an npm script.
    preferLocal: true,
    localDir: root,
    stdin: 'ignore',
    all: true,
    reject: false,
    ...(signal && { cancelSignal: signal }),
  })
  const output = result.all.trim()
  if (!result.failed) return { error: null, output }
  if (result.isCanceled) return { error: 'was interrupted', output }
  if (result.code === 'ENOENT') {
    const error = `was not run: there is no program ${command}. Install it, or correct \`hooks.${name}\` in the configuration`
    return { error, output }
  }
  if (result.signal !== undefined) return { error: `was ended by ${result.signal}`, output }
  if (result.exitCode !== undefined) return { error: `failed with exit code ${result.exitCode}`, output }
  return { error: `was not run: ${result.originalMessage ?? result.shortMessage}`, output }
}

function argumentsFor(args: readonly string[], file: string): readonly string[] {
  const named = args.some((argument) => argument.includes('{file}'))
  return named ? args.map((argument) => argument.replaceAll('{file}', () => file)) : [...args, file]
}

/** What a hook has done to the file, where it is no longer the revision that was written. */
async function damageTo(written: Revision, root: string): Promise<string | null> {
  let found: Revision
  try {
    found = await readRevision(written.path, createModuleLoader({ root }))
  } catch (error) {
    return `has left no revision: ${messageOf(error)}`
  }
  for (const [key, name] of Object.entries(exported)) {
    if (!isDeepStrictEqual(Reflect.get(found, key), Reflect.get(written, key)))
      return `has changed \`${name}\` in ${written.path}: restore it, and correct the hook.`
  }
  return null
}

const exported: Readonly<Record<string, string>> = {
  revision: 'revision',
  downRevisions: 'downRevision',
  branchLabels: 'branchLabels',
  dependsOn: 'dependsOn',
  replaces: 'replaces',
}
