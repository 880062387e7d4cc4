/** Steps whose statements are known, in one message: all of each, with its ledger row. */
import { cancellable } from '../../database/cancel.ts'
import type { Notice } from '../../database/notice.ts'
import { completedBefore, forgetStatement } from '../../database/pg-error.ts'
import { resetKeepingPrepared, type Settings, settingsSql } from '../../database/settings.ts'
import { chainLock } from '../../ledger/chain.ts'
import { type KeptRecord, keptRecord, type StartedAt } from '../../ledger/record.ts'
import { clockSql } from '../../ledger/statements.ts'
import type { LoadedStep, StepResult } from '../run.ts'
import { sameSettings, settingsFor } from '../settings.ts'
import { entryOf, placeOf, type Run } from '../step.ts'
import { stepResult } from '../step-result.ts'
import { type Opened, openingSql } from '../transaction.ts'
import type { ForeseenStep } from './foresight.ts'

/** What statements may take that are sent along with all else: then they are undone and sent one by one, where it is seen what takes long. */
const quick = { lockTimeoutMs: 100, statementTimeoutMs: 1000 } as const

/** @param sharing how many of them share the time that one may take */
function quickly({ lockTimeoutMs, statementTimeoutMs }: Opened, sharing: number): string[] {
  const most = Math.ceil(quick.statementTimeoutMs / sharing)
  const atMost = (limit: number, ms: number) => (limit === 0 ? ms : Math.min(limit, ms))
  return [
    `set local lock_timeout = ${atMost(lockTimeoutMs, Math.min(quick.lockTimeoutMs, most))}`,
    `set local statement_timeout = ${atMost(statementTimeoutMs, most)}`,
  ]
}

/** What one message does. */
export interface Message {
  /** The transaction of the steps. */
  readonly opened: Opened
  /** At least one; all run with the settings of the first. */
  readonly steps: readonly ForeseenStep[]
  readonly commit: boolean
  /** How many statements share the time that one may take, since they keep locks that others may wait for: 1 where none does. */
  readonly sharing: number
  /** Whether a step follows with the same settings, which begins in the same message. */
  readonly goesOn: boolean
}

export interface Sent {
  readonly results: StepResult[]
  /** The step that follows. */
  readonly next: Opened | undefined
}

/** What is seen of a message on its way. */
export interface Seen {
  /** What the server said beside its answers, by the steps' places. */
  readonly notices: Notice[][]
  /** Where it failed: the place of the step that the server was at, as far as it has answered. */
  failedAt: number
}

export function nothingSeen(): Seen {
  return { notices: [], failedAt: 0 }
}

/**
 * Sends all that the steps are.
 *
 * @param seen is filled
 * @throws what a statement or a commit throws
 */
export async function sendForeseen(run: Run, message: Message, seen: Seen): Promise<Sent> {
  const { session, signal, ahead } = run
  const [first] = message.steps
  if (first === undefined) return { results: [], next: message.opened }
  const { script, ends, prepares } = scriptOf(run, message, settingsFor(first.step.loaded, run.settings))
  const placeOfStatement = (after: number) => ends.findIndex((end) => after < end)
  session.hear((notice, after) => {
    const place = placeOfStatement(after)
    if (place !== -1) seen.notices[place] = [...(seen.notices[place] ?? []), notice]
  })
  try {
    const rows = (await cancellable(session, signal, () => session.queryAll(script))).flat()
    const next = message.goesOn ? (rows.at(-1) as unknown as Opened) : undefined
    const begun = rows.find((row) => 'begun' in row)?.['begun']
    // By the server's clock: the way there and back is the same for few steps and for many.
    if (next !== undefined)
      ahead.foresight.took(message.steps.length, msBetween(String(begun), next.startedAt))
    for (const [key, kept] of prepares) ahead.prepared.set(key, kept)
    const durations = rows.flatMap((row) => ('duration_ms' in row ? [Number(row['duration_ms'])] : []))
    return {
      results: message.steps.map(({ step }, place) => stepResult(step, durations[place])),
      next,
    }
  } catch (error) {
    seen.failedAt = Math.max(0, placeOfStatement(completedBefore(error)))
    forgetStatement(error)
    throw error
  } finally {
    session.hear(undefined)
  }
}

function msBetween(from: StartedAt, to: StartedAt): number {
  return Date.parse(to) - Date.parse(from)
}

interface Script {
  /** Each of them one statement. */
  readonly script: string[]
  /** How many statements there are up to the end of each step. */
  readonly ends: readonly number[]
  /** What it prepares. */
  readonly prepares: ReadonlyMap<string, KeptRecord>
}

function scriptOf(run: Run, { opened, steps, commit, sharing, goesOn }: Message, settings: Settings): Script {
  const script = [`select ${clockSql} as begun`]
  const ends: number[] = []
  const prepares = new Map<string, KeptRecord>()
  for (const [place, { step, statements }] of steps.entries()) {
    script.push(...quickly(opened, sharing), ...statements)
    // What only defines objects takes and gives back no lock of the session, leaves no constraint to check, and prepares no statement.
    script.push(`select ${chainLock(run.recorder.location)}`)
    // What writes the ledger waits no longer, with all locks of the transaction.
    script.push(...resetKeepingPrepared, ...settingsSql(settings, 'local'), ...quickly(opened, sharing))
    const begins = place === 0 ? 'told' : 'after the last'
    const key = `${step.direction} ${begins}`
    let record = run.ahead.prepared.get(key) ?? prepares.get(key)
    if (record === undefined) {
      record = keptRecord(run.recorder, step.direction, begins)
      prepares.set(key, record)
      script.push(record.prepare)
    }
    script.push(record.execute(entryOf(run, step), opened.startedAt))
    ends.push(script.length)
  }
  if (commit) script.push('commit')
  else script.push('reset lock_timeout', 'reset statement_timeout')
  // Nothing of it can fail that did not before.
  if (goesOn) script.push(...openingSql(settings, commit))
  return { script, ends, prepares }
}

/** Tells of a step what is told while one is sent bit by bit. */
export function tellForeseen(
  { onEvent }: Run,
  { step, statements }: ForeseenStep,
  heard: readonly Notice[] = [],
): void {
  for (const sql of statements) onEvent?.({ type: 'statement', ...placeOf(step), sql })
  for (const notice of heard) onEvent?.({ type: 'notice', ...placeOf(step), ...notice })
}

/** Whether the next step may begin in the message that ends a step. */
export function goesOnWith({ settings }: Run, step: LoadedStep, next: LoadedStep | undefined): boolean {
  return (
    next?.loaded.transaction === true &&
    sameSettings(settingsFor(next.loaded, settings), settingsFor(step.loaded, settings))
  )
}

/** Whether a foreseen step may go in a message with the first of it: each is recorded by the same statement. */
export function goesAlong(run: Run): (step: LoadedStep, first: LoadedStep) => boolean {
  return (step, first) =>
    (step.revision.replaces ?? []).length === 0 &&
    (step.direction === 'down' || run.above(step.revision).length === 0) &&
    goesOnWith(run, first, step)
}
