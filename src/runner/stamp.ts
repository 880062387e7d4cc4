/** The command `stamp`: the ledger says that the database is at a revision, and nothing runs. */
import type { Project } from '../config/config.ts'
import type { Session } from '../database/session.ts'
import type { Revision, Step } from '../graph/revision.ts'
import { planStamp, type StampPlan } from '../graph/stamp.ts'
import { requireTargets } from '../graph/target.ts'
import { currentActor } from '../ledger/actor.ts'
import { appliedIds } from '../ledger/applied.ts'
import { recordEdges } from '../ledger/edges.ts'
import { ledgerLocation } from '../ledger/location.ts'
import { type LedgerRow, readLedger } from '../ledger/read.ts'
import { type Recorder, readClock, recordStamped, recordUnstamped } from '../ledger/record.ts'
import type { Entry } from '../ledger/statements.ts'
import { ensureWritableLedger } from '../ledger/tables.ts'
import { checksumOf } from '../loader/checksum.ts'
import { readText } from '../loader/read-text.ts'
import { asked } from './interrupt.ts'
import { heard } from './listener.ts'
import { withMigrationLock } from './lock/lock.ts'
import {
  type CommandOptions,
  type CommandResult,
  headsAfter,
  openProjectSession,
  type Revisions,
  readRevisions,
  requireSettled,
  waitingWith,
} from './project.ts'
import { stepResult } from './step-result.ts'

export interface StampOptions extends CommandOptions {
  /** As typed: `head`, `base`, ids, … */
  readonly targets: readonly string[]
  /** Forgets everything first, revisions without a file included. */
  readonly purge?: boolean | undefined
}

/**
 * Makes the ledger say that the database is at the targets, in one transaction.
 *
 * @param given the project's revisions, where they are read already
 * @returns the rows that were added (`up`) and removed (`down`)
 * @throws DbmigError `GRAPH_…`, `LEDGER_…`, `DATABASE_…`, RUNNER_LOCKED
 */
export async function stamp(
  project: Project,
  options: StampOptions,
  given?: Revisions,
): Promise<CommandResult> {
  requireTargets(options.targets)
  return heard(options.onEvent, (onEvent) =>
    stampTelling(waitingWith(project, onEvent), { ...options, onEvent }, given),
  )
}

async function stampTelling(
  project: Project,
  options: StampOptions,
  given: Revisions | undefined,
): Promise<CommandResult> {
  const revisions = given ?? (await readRevisions(project))
  const location = ledgerLocation(project)
  const { purge = false } = options
  const planOf = (rows: readonly LedgerRow[]) => {
    if (!purge) requireSettled(revisions.graph, rows)
    const applied = appliedIds(rows)
    const all = rows.map((row) => row.revision)
    const halfWay = new Set(all.filter((id) => !applied.has(id)))
    return planStamp(revisions.graph, new Set(all), options.targets, { purge, halfWay })
  }
  const { signal, onEvent, lockWaitMs: waitMs } = options
  const session = await openProjectSession(project, signal)
  const answer = <T>(work: () => Promise<T>) => asked({ session, signal }, 0, work)
  try {
    if (options.dryRun) {
      const rows = (await answer(() => readLedger(session, location))) ?? []
      return stampResult(planOf(rows), rows, revisions, true)
    }
    return await withMigrationLock(session, location, { signal, onEvent, waitMs }, () =>
      answer(async () => {
        const rows = (await readLedger(session, location)) ?? []
        const plan = planOf(rows)
        if (plan.steps.length + plan.forgotten.length > 0) {
          const ledger = await ensureWritableLedger(session, location)
          await record({ session, location: ledger, actor: currentActor() }, plan, rows, revisions)
        }
        return stampResult(plan, rows, revisions, false)
      }),
    )
  } finally {
    await session.close()
  }
}

async function record(
  recorder: Recorder,
  { steps, forgotten }: StampPlan,
  rows: readonly LedgerRow[],
  { parentsOf, dependenciesOf, above }: Revisions,
): Promise<void> {
  const startedAt = await readClock(recorder.session)
  const byId = new Map(rows.map((row) => [row.revision, row]))
  const entryOf = (revision: Revision, checksum: string | null): Entry => ({
    revision: revision.revision,
    downRevisions: parentsOf(revision),
    replaces: revision.replaces,
    dependsOn: dependenciesOf(revision),
    message: revision.message,
    checksum,
  })
  const moved = (direction: Step['direction']) =>
    steps.filter((step) => step.direction === direction).map(({ revision }) => revision)
  const added = moved('up')
  // What is removed is logged with the checksum of its row.
  const removed = moved('down').map((revision) => entryOf(revision, null))
  const edges = added.flatMap(above).filter(({ revision }) => byId.has(revision))
  const stamped = added.map((revision) => entryOf(revision, checksumOf(readText(revision.path))))
  await inTransaction(recorder.session, async () => {
    const gone = forgotten.flatMap((id) => byId.get(id) ?? [])
    await recordUnstamped(recorder, [...gone, ...removed], startedAt)
    await recordEdges(recorder, edges)
    await recordStamped(recorder, stamped, startedAt)
  })
}

/** Runs `work` in one transaction: all that it writes, or nothing. */
export async function inTransaction(session: Session, work: () => Promise<void>): Promise<void> {
  await session.query('begin')
  try {
    await work()
  } catch (error) {
    // The first error says more than that of a rollback on a broken connection.
    await session.query('rollback').catch(() => {})
    throw error
  }
  await session.query('commit')
}

function stampResult(
  plan: StampPlan,
  rows: readonly LedgerRow[],
  revisions: Revisions,
  dryRun: boolean,
): CommandResult {
  const forgotten = plan.forgotten.map((revision) => ({
    revision,
    message: rows.find((row) => row.revision === revision)?.message ?? '',
    direction: 'down' as const,
    durationMs: 0,
  }))
  return {
    steps: [...forgotten, ...plan.steps.map((step) => stepResult(step))],
    heads: headsAfter(rows, plan.steps, revisions, plan.forgotten),
    dryRun,
  }
}
