/** Whether a plan that was saved still fits: the database, what is applied in it, and the files. */
import type { Session } from '../../database/session.ts'
import { exactTime } from '../../dates.ts'
import type { RevisionGraph } from '../../graph/graph.ts'
import { whyImpossible } from '../../graph/possible.ts'
import type { Step } from '../../graph/revision.ts'
import { appliedIds } from '../../ledger/applied.ts'
import { type LedgerLocation, tableName } from '../../ledger/location.ts'
import type { LedgerRow } from '../../ledger/read.ts'
import type { SavedDatabase, SavedPlan, SavedRow } from './saved-plan.ts'

/** What tells a database from every other. */
export async function databaseOf(session: Session, location: LedgerLocation): Promise<SavedDatabase> {
  const [found] = await session.query<{ name: string; oid: string }>(
    'select datname as name, oid::text as oid from pg_database where datname = current_database()',
  )
  const system = await session
    .query<{ system: string }>('select system_identifier::text as system from pg_control_system()')
    .then(([row]) => row?.system ?? null)
    // Some hosters keep it to themselves.
    .catch(() => null)
  const { name = '', oid = '' } = found ?? {}
  return { address: session.address, name, oid, system, table: tableName(location) }
}

export interface Now {
  readonly database: SavedDatabase
  readonly rows: readonly LedgerRow[]
  readonly graph: RevisionGraph
  readonly transaction: string
  /** The checksum of a file as it is now. */
  readonly checksumOf: (path: string) => string
  /** The heads as they would be after the steps. */
  readonly headsAfter: (steps: readonly Step[]) => readonly string[]
}

/**
 * The steps of a plan, and all reasons why they are not to run.
 *
 * @returns reasons as clauses; the steps are all there where there is none
 */
export function stepsNow(plan: SavedPlan, now: Now): { readonly steps: Step[]; readonly reasons: string[] } {
  // Of another database, nothing more is worth saying.
  const other = otherDatabase(plan.database, now.database)
  if (other !== null) return { steps: [], reasons: [other] }
  const { steps, reasons } = stepsOf(plan, now)
  const moved = [...movedRows(plan.ledger, now.rows), ...otherMode(plan, now), ...reasons]
  return { steps, reasons: moved.length > 0 ? moved : forged(plan, steps, now) }
}

/**
 * What dbmig would not have written. New files do not matter to what is there, so that a plan is not what would be planned now; but
 * its steps are to be possible, and to lead where it says.
 */
function forged(plan: SavedPlan, steps: readonly Step[], { graph, rows, headsAfter }: Now): string[] {
  const isUp = plan.command === 'upgrade'
  const applied = isUp ? appliedIds(rows) : new Set(rows.map(({ revision }) => revision))
  const why = whyImpossible(graph, applied, steps, isUp ? 'up' : 'down')
  if (why !== null) return [`it is not as dbmig wrote it: ${why}`]
  const [said, led] = [plan.heads, headsAfter(steps)].map((ids) => [...ids].sort().join(', ') || 'the base')
  return said === led ? [] : [`it is not as dbmig wrote it: its steps lead to ${led}, and it says ${said}`]
}

function otherDatabase(then: SavedDatabase, now: SavedDatabase): string | null {
  const differs =
    then.name !== now.name ||
    then.oid !== now.oid ||
    (then.system !== null && now.system !== null && then.system !== now.system)
  if (differs)
    return `it is for the database "${then.name}" (${then.address}), and this is "${now.name}" (${now.address})`
  return then.table === now.table ? null : `it is for the ledger ${then.table}, and this is ${now.table}`
}

function movedRows(then: readonly SavedRow[], now: readonly LedgerRow[]): string[] {
  const before = new Map(then.map((row) => [row.revision, row]))
  const after = new Set(now.map(({ revision }) => revision))
  return [
    ...now.flatMap(({ revision, status, appliedAt, appliedBy }) => {
      const old = before.get(revision)
      if (old?.status === status && old.appliedAt === appliedAt) return []
      if (status !== 'applied') return [`revision ${revision} is ${status} since ${exactTime(appliedAt)}`]
      const how = old?.status === 'applied' ? 'applied again' : 'applied meanwhile'
      return [`revision ${revision} was ${how}, at ${exactTime(appliedAt)} by ${appliedBy}`]
    }),
    ...then
      .filter(({ revision }) => !after.has(revision))
      .map(({ revision }) => `revision ${revision} was reverted meanwhile`),
  ]
}

function otherMode(plan: SavedPlan, now: Now): string[] {
  if (plan.transaction === now.transaction) return []
  return [`the configuration says transaction: '${now.transaction}', and said '${plan.transaction}'`]
}

function stepsOf(plan: SavedPlan, { graph, checksumOf }: Now): { steps: Step[]; reasons: string[] } {
  const steps: Step[] = []
  const reasons: string[] = []
  for (const { revision: id, direction, checksum } of plan.steps) {
    const revision = graph.revisions.get(id)
    if (revision === undefined) reasons.push(`revision ${id} has no file any more`)
    else if (checksumOf(revision.path) !== checksum)
      reasons.push(`revision ${id} was edited (${revision.path})`)
    else steps.push({ revision, direction })
  }
  return { steps, reasons }
}
