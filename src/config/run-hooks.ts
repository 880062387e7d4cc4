/** The functions among the configuration's `hooks`: what a team does before, during and after a run. */
import type { Kysely } from 'kysely'
import { nearest } from '../nearest.ts'
import { runHookNeeded, runHookUnknown } from './errors.ts'

/** A revision as hooks see it. */
export interface HookRevision {
  readonly revision: string
  readonly message: string
  /** Absolute. */
  readonly path: string
  readonly direction: 'up' | 'down'
}

interface HookContext {
  /** On the connection of the run. */
  readonly db: Kysely<Record<string, Record<string, unknown>>>
  /** The database without its password: safe to print. */
  readonly address: string
  /** Its name among the configuration's `databases`; null where there is but `url`. */
  readonly database: string | null
}

export interface BeforeRun extends HookContext {
  /** What will run, in this order. */
  readonly steps: readonly HookRevision[]
}

/** Before and after a revision, inside its transaction, where it has one. */
export interface AroundRevision extends HookContext, HookRevision {
  /** From 1. */
  readonly index: number
  readonly total: number
}

export interface AfterRun extends HookContext {
  /** What ran. */
  readonly steps: readonly (HookRevision & { readonly durationMs: number })[]
}

export interface OnError extends Omit<HookContext, 'db'> {
  /** Null where the connection is lost. What the failed revision did is undone already, unless it ran outside a transaction. */
  readonly db: HookContext['db'] | null
  readonly error: unknown
  /** The one that failed; null where the run failed as a whole. */
  readonly revision: HookRevision | null
}

export type RunHook<Given> = (given: Given) => unknown

export interface RunHooks {
  /** Once the plan is made, where there is something to run, and before anything does. */
  readonly beforeRun?: RunHook<BeforeRun>
  /** Inside the revision's transaction: `set local role …` holds for the revision. */
  readonly beforeRevision?: RunHook<AroundRevision>
  /** Inside the revision's transaction: what it writes is committed with the revision, or not at all. */
  readonly afterRevision?: RunHook<AroundRevision>
  /** After the last revision is committed. */
  readonly afterRun?: RunHook<AfterRun>
  /** When the run has failed, whatever the reason. */
  readonly onError?: RunHook<OnError>
}

const NAMES = ['beforeRun', 'beforeRevision', 'afterRevision', 'afterRun', 'onError'] as const

export function isRunHookName(name: string): name is keyof RunHooks {
  return NAMES.some((known) => known === name)
}

/**
 * @returns whether this is a run hook, and not a command
 * @throws CONFIG_WRONG_VALUE for a function under another name, and for something else than a function under one of these
 */
export function requireRunHook(source: string, name: string, hook: unknown): boolean {
  const isFunction = typeof hook === 'function'
  if (isFunction && !isRunHookName(name)) throw runHookUnknown(source, name, NAMES, nearest(name, NAMES))
  if (!isFunction && isRunHookName(name)) throw runHookNeeded(source, name)
  return isFunction
}
