/** Stops a run where a revision outside a transaction began and did not end, until somebody says how to go on. */
import type { Session } from '../../database/session.ts'
import { DbmigError } from '../../errors.ts'
import type { RevisionGraph } from '../../graph/graph.ts'
import type { Revision, Step } from '../../graph/revision.ts'
import type { LedgerRow } from '../../ledger/read.ts'
import { readText } from '../../loader/read-text.ts'
import { unfinished } from './errors.ts'
import { type LeftInvalid, leftInvalid } from './invalid-indexes.ts'

export interface Asked {
  readonly command: 'upgrade' | 'downgrade'
  /** As typed. */
  readonly target: string
  /** Runs again what is half-way. */
  readonly retry: boolean
}

/** Steps, at once or later. */
export type Planned = readonly Step[] | Promise<readonly Step[]>

/**
 * @param planOf what would run
 * @returns what runs: with `retry`, what is half-way among it
 * @throws RUNNER_UNFINISHED, and what `planOf` throws
 */
export async function requireFinished(
  session: Session,
  graph: RevisionGraph,
  rows: readonly LedgerRow[],
  { command, target, retry }: Asked,
  planOf: () => Planned,
): Promise<readonly Step[]> {
  const halfWay = rows.filter(({ status }) => status !== 'applied')
  const steps = await (halfWay.length === 0 || retry ? planOf() : stepsIfAny(planOf))
  const run = new Set(steps.map(({ revision }) => revision.revision))
  const row = halfWay.find(({ revision }) => !retry || !run.has(revision))
  if (row === undefined) return steps
  const { revision: id, attempt } = row
  const revision = graph.revisions.get(id) ?? null
  const direction = attempt?.direction ?? 'up'
  const isSame = (command === 'upgrade') === (direction === 'up') && run.has(id)
  const way = direction === 'up' ? `upgrade ${id}` : `downgrade ${id}-1`
  throw unfinished({
    row,
    revision,
    left: await leftOf(session, row, revision),
    again: `dbmig ${isSame ? `${command} ${target}` : way} --retry`,
  })
}

/** For what is proposed: the run stops in any case. */
async function stepsIfAny(planOf: () => Planned): Promise<readonly Step[]> {
  try {
    return await planOf()
  } catch (error) {
    if (error instanceof DbmigError) return []
    throw error
  }
}

async function leftOf(
  session: Session,
  { attempt }: LedgerRow,
  revision: Revision | null,
): Promise<LeftInvalid[]> {
  if (!attempt) return []
  return leftInvalid(session, attempt, revision === null ? null : readText(revision.path))
}
