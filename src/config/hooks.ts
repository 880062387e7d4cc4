/** The configuration's `hooks`: commands that run on every new revision file, and functions that are called in a run. */
import { nearest } from '../nearest.ts'
import { describe } from './describe.ts'
import { unknownKey, wrongValue } from './errors.ts'
import { isRunHookName, type RunHooks, requireRunHook } from './run-hooks.ts'

/**
 * A command that runs without a shell. `{file}` in an argument is the absolute path of the new file, which comes last
 * where no argument names it.
 */
export type Hook =
  | readonly string[]
  | {
      readonly command: string
      readonly args?: readonly string[]
      /** Where it runs. Default: the project's folder. */
      readonly cwd?: string
    }

/** As written: what has the name of a run hook is one, and all else is a command. */
export interface Hooks extends RunHooks {
  readonly [name: string]: Hook | RunHooks[keyof RunHooks]
}

/** A hook with its defaults filled in. */
export interface ProjectHook {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  /** Absolute. */
  readonly cwd: string
}

const EXPECTED =
  "a list of a command and its arguments, such as ['prettier', '--write', '{file}'], or an object { command, args, cwd }"
const PARTS = ['command', 'args', 'cwd']

const isText = (value: unknown): boolean => typeof value === 'string' && value.trim() !== ''
const areTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')

/** @throws CONFIG_WRONG_VALUE, CONFIG_UNKNOWN_KEY naming the hook */
export function requireHooks(source: string, hooks: Readonly<Record<string, unknown>>): void {
  for (const [name, hook] of Object.entries(hooks)) {
    const key = `hooks.${name}`
    // JavaScript moves such keys to the front, and hooks run in the order of their keys.
    if (/^\d+$/.test(name))
      throw wrongValue(
        source,
        'hooks',
        `an object with the key ${name}`,
        'hooks by names that are no numbers',
      )
    if (hook === undefined || requireRunHook(source, name, hook)) continue
    if (Array.isArray(hook)) {
      if (!areTexts(hook) || !isText(hook[0])) throw wrongValue(source, key, describe(hook), EXPECTED)
    } else if (typeof hook === 'object' && hook !== null) requireParts(source, key, hook)
    else throw wrongValue(source, key, describe(hook), EXPECTED)
  }
}

function requireParts(source: string, key: string, hook: object): void {
  const { command, args, cwd }: Readonly<Record<string, unknown>> = { ...hook }
  const stranger = Object.keys(hook).find((part) => !PARTS.includes(part))
  if (stranger !== undefined) throw unknownKey(source, `${key}.${stranger}`, nearest(stranger, PARTS))
  if (!isText(command))
    throw wrongValue(source, `${key}.command`, describe(command), 'a command, such as `prettier`')
  if (args !== undefined && !areTexts(args))
    throw wrongValue(source, `${key}.args`, describe(args), "a list of texts, such as ['--write', '{file}']")
  if (cwd !== undefined && !isText(cwd)) throw wrongValue(source, `${key}.cwd`, describe(cwd), 'a folder')
}

/**
 * Fills in what hooks leave out.
 *
 * @param absolute makes a path of the configuration absolute
 */
export function resolveHooks(hooks: Hooks, absolute: (path: string) => string): ProjectHook[] {
  return Object.entries(hooks).flatMap(([name, hook]) => {
    if (hook === undefined || typeof hook === 'function') return []
    const { command, args = [], cwd = '.' } = 'command' in hook ? hook : asObject(hook)
    return [{ name, command, args, cwd: absolute(cwd) }]
  })
}

/** The functions among the hooks. */
export function runHooksOf(hooks: Hooks): RunHooks {
  return Object.fromEntries(Object.entries(hooks).filter(([name]) => isRunHookName(name)))
}

function asObject([command = '', ...args]: readonly string[]): Exclude<Hook, readonly string[]> {
  return { command, args }
}
