/** Calls a function of the configuration's `hooks`, and those around a revision. */
import type { Kysely } from 'kysely'
import type { HookRevision, OnError, RunHooks } from '../../config/run-hooks.ts'
import { messageOf } from '../../errors.ts'
import type { LoadedStep, RunOptions } from '../run.ts'
import { noteHook } from './hook-origin.ts'

export type Given<Name extends keyof RunHooks> = Parameters<NonNullable<RunHooks[Name]>>[0]

/** @throws what the hook throws, of which `hookOf` knows that it came from there */
export async function callHook<Name extends keyof RunHooks>(
  hooks: RunHooks | undefined,
  name: Name,
  given: Given<Name>,
): Promise<void> {
  const hook = hooks?.[name] as ((given: Given<Name>) => unknown) | undefined
  try {
    await hook?.(given)
  } catch (thrown) {
    const error = typeof thrown === 'object' && thrown !== null ? thrown : new Error(messageOf(thrown))
    noteHook(error, name)
    throw error
  }
}

/** Calls a revision's function with the hooks around it, all on the same connection. */
export async function withHooks(
  options: RunOptions,
  step: LoadedStep,
  db: Kysely<unknown>,
  migration: (db: Kysely<unknown>) => unknown,
): Promise<void> {
  const { hooks } = options
  const given = {
    ...revisionOf(step),
    ...{ db: db as Given<'beforeRevision'>['db'], ...whereOf(options) },
    ...{ index: step.index, total: step.total },
  }
  await callHook(hooks, 'beforeRevision', given)
  await migration(db)
  await callHook(hooks, 'afterRevision', given)
}

/** What hooks are told of the database. */
export function whereOf({ session, database }: RunOptions): Pick<OnError, 'address' | 'database'> {
  return { address: session.address, database: database ?? null }
}

export function revisionOf({
  revision,
  direction,
}: Pick<LoadedStep, 'revision' | 'direction'>): HookRevision {
  return { revision: revision.revision, message: revision.message, path: revision.path, direction }
}
