/** Calls the functions of the configuration's `hooks` before and after a run, and when it fails. */
import type { HookRevision, OnError } from '../../config/run-hooks.ts'
import { patience, within } from '../../database/cancel.ts'
import { DbmigError } from '../../errors.ts'
import { hookFailed, hookLeftTransaction, interrupted, sentLate, withSecond } from '../errors.ts'
import type { OnEvent } from '../events.ts'
import { Gate } from '../gate.ts'
import { interruptible } from '../interrupt.ts'
import { LockReleased } from '../lock/errors.ts'
import type { LoadedStep, RunOptions, StepResult } from '../run.ts'
import { forgetPrepared, isInTransaction, isInterruption, type Run, reset, succeeds } from '../step.ts'
import { callHook, type Given, revisionOf, whereOf } from './hook-call.ts'

/** @throws RUNNER_HOOK_FAILED, RUNNER_INTERRUPTED */
export async function beforeRun(run: Run, steps: readonly LoadedStep[]): Promise<void> {
  if (run.hooks?.beforeRun === undefined) return
  await callApart(run, 'beforeRun', { steps: steps.map(revisionOf) }, 0)
}

/** @throws RUNNER_HOOK_FAILED, RUNNER_INTERRUPTED */
export async function afterRun(
  run: Run,
  steps: readonly LoadedStep[],
  results: readonly StepResult[],
): Promise<void> {
  if (run.hooks?.afterRun === undefined) return
  const ran = steps.map((step, index) => ({
    ...revisionOf(step),
    durationMs: results[index]?.durationMs ?? 0,
  }))
  await callApart(run, 'afterRun', { steps: ran }, results.length)
}

/**
 * Calls a hook outside of the revisions, which find the session as if it had not run.
 *
 * @param ran how many steps are done
 */
async function callApart<Name extends 'beforeRun' | 'afterRun'>(
  run: Run,
  name: Name,
  given: Omit<Given<Name>, 'db' | 'address' | 'database'>,
  ran: number,
): Promise<void> {
  const { session, signal, hooks, late } = run
  const gate = gateOf((sql) => {
    late.first ??= { from: name, sql }
    if (late.over) throw sentLate({ from: name, sql }, false)
  })
  await forgetPrepared(run)
  const db = (await session.kysely(gate.around)) as Given<'beforeRun'>['db']
  const all = { ...given, db, ...whereOf(run) } as Given<Name>
  try {
    await interruptible(session, signal, async () => {
      await callHook(hooks, name, all)
      await gate.shut()
    })
  } catch (error) {
    gate.close()
    await succeeds(() => session.query('rollback'))
    throw isInterruption(run, error) ? interrupted(null, ran) : hookFailed(name, error, ran)
  }
  if (await isInTransaction(session)) {
    await session.query('rollback')
    throw hookLeftTransaction(name, ran)
  }
  if (!(await reset(run))) throw hookFailed(name, new LockReleased(), ran)
}

/** What a hook sends that returns too early must not end up in a revision's transaction. */
function gateOf(onLate: (sql: string) => void): Gate {
  return new Gate({ around: (_, send) => send(), onLate })
}

/**
 * Does `work`, and when it fails calls `onError` before the error goes on.
 *
 * @param work is given the options with which to run
 */
export async function withErrorHook<Options extends RunOptions, Result>(
  options: Options,
  work: (options: Options) => Promise<Result>,
): Promise<Result> {
  const { onEvent } = options
  let revision: HookRevision | null = null
  const watching: OnEvent = (event) => {
    if (event.type === 'failed') revision = revisionOf(event)
    onEvent?.(event)
  }
  try {
    return await work({ ...options, onEvent: watching })
  } catch (error) {
    const second = await tell(options, error, revision)
    // What is no such error is a bug, and keeps its stack.
    throw second === null || !(error instanceof DbmigError)
      ? error
      : withSecond(error, 'The hook onError of the configuration', second)
  }
}

/** @returns what `onError` threw itself, or null */
async function tell(options: RunOptions, error: unknown, revision: HookRevision | null): Promise<unknown> {
  const { session, signal } = options
  const told = callOnError(options, error, revision).then(
    () => null,
    (second: unknown) => second,
  )
  if (signal?.aborted !== true) return told
  // Whoever has pressed Ctrl-C does not wait for it; a statement of its own would keep the session from closing.
  return within(patience.hookMs, told).catch(async () => {
    await succeeds(() => session.cancel())
    return null
  })
}

async function callOnError(
  options: RunOptions,
  error: unknown,
  revision: HookRevision | null,
): Promise<void> {
  const { hooks, session } = options
  const alive = await succeeds(() => session.query('select 1'))
  const gate = gateOf((sql) => {
    throw sentLate({ from: 'onError', sql }, false)
  })
  const db = alive ? ((await session.kysely(gate.around)) as OnError['db']) : null
  try {
    await callHook(hooks, 'onError', { db, ...whereOf(options), error, revision })
    await gate.shut()
  } finally {
    gate.close()
  }
}
