/** The commands `upgrade`, `downgrade` and `stamp` with `--sql`: a script for psql in place of a run. */
import type { Project } from '../../config/config.ts'
import { DbmigError } from '../../errors.ts'
import { headsOfApplied } from '../../graph/applied.ts'
import { planDowngrade } from '../../graph/downgrade.ts'
import { located } from '../../graph/errors.ts'
import type { RevisionGraph } from '../../graph/graph.ts'
import { appliedAt, requireDirection } from '../../graph/range.ts'
import type { Step } from '../../graph/revision.ts'
import { planStamp } from '../../graph/stamp.ts'
import { isRange, parseRange, parseTarget, requireTargets, startsAtCurrent } from '../../graph/target.ts'
import { planUpgrade } from '../../graph/upgrade.ts'
import { currentActor } from '../../ledger/actor.ts'
import { appliedRows } from '../../ledger/applied.ts'
import { ledgerLocation } from '../../ledger/location.ts'
import { readRows } from '../../ledger/views.ts'
import { type Revisions, readRevisions, requireSettled } from '../project.ts'
import { recordSql } from '../record-sql.ts'
import { type LoadedStep, loadSteps, type StepResult } from '../run.ts'
import { stepResult } from '../step-result.ts'
import { failedOffline, oneRangeNeeded, purgeOffline, rangeNeeded } from './errors.ts'
import { type OfflineStep, type Plan, scriptOf } from './script.ts'
import { requireOwnTransactions, statementForPsql } from './statement.ts'

export interface OfflineOptions {
  /** `FROM:TO`, or for an upgrade `TO` alone, from the base. No database is asked unless FROM is `current` or relative to it. */
  readonly target: string
  readonly signal?: AbortSignal | undefined
}

export interface UpgradeSqlOptions extends OfflineOptions {
  /** From `current`: also runs revisions that never ran although one above them is applied. */
  readonly outOfOrder?: boolean | undefined
}

export interface StampSqlOptions extends Omit<OfflineOptions, 'target'> {
  /** One target or one range. */
  readonly targets: readonly string[]
  /** Refused: it forgets what only a database knows. */
  readonly purge?: boolean | undefined
}

export interface OfflineResult {
  /** For psql, without a line break at its end. */
  readonly script: string
  readonly steps: readonly StepResult[]
  /** What is applied after the script, as `upgrade` gives it. */
  readonly heads: readonly string[]
}

/**
 * Writes the script that does what `upgrade` does, ledger included.
 *
 * @throws DbmigError as `upgrade`, and for a revision whose SQL cannot be written out
 */
export async function upgradeSql(project: Project, options: UpgradeSqlOptions): Promise<OfflineResult> {
  const { from, to } = rangeOf(options.target, { from: 'base', to: 'heads' })
  const { outOfOrder = false, signal } = options
  return offline(project, 'upgrade', { from, to, signal }, (graph, applied) =>
    planUpgrade(graph, applied, to, { outOfOrder }),
  )
}

/**
 * Writes the script that does what `downgrade` does.
 *
 * @throws DbmigError RUNNER_RANGE_NEEDED, and as `upgradeSql`
 */
export async function downgradeSql(project: Project, options: OfflineOptions): Promise<OfflineResult> {
  const { target, signal } = options
  const { from, to } = rangeOf(target, { from: null, to: 'base' })
  if (from === null) throw rangeNeeded(to)
  return offline(project, 'downgrade', { from, to, signal }, (graph, applied) =>
    planDowngrade(graph, applied, to),
  )
}

/**
 * Writes the script that does what `stamp` does.
 *
 * @throws DbmigError RUNNER_ONE_RANGE, RUNNER_PURGE_OFFLINE, and what `stamp` throws
 */
export async function stampSql(project: Project, options: StampSqlOptions): Promise<OfflineResult> {
  const { targets, purge, signal } = options
  if (purge) throw purgeOffline()
  requireTargets(targets)
  const [target = '', ...more] = targets
  if (more.length > 0) throw oneRangeNeeded(targets)
  const { from, to } = rangeOf(target, { from: 'base', to: 'heads' })
  return offline(
    project,
    'stamp',
    { from, to, signal },
    (graph, applied) => planStamp(graph, applied, [to]).steps,
  )
}

function rangeOf<From extends string | null>(
  text: string,
  open: { readonly from: From; readonly to: string },
): { readonly from: string | From; readonly to: string } {
  if (!isRange(text)) return { from: open.from, to: text }
  const { from, to } = parseRange(text)
  return { from: from?.text ?? open.from, to: to?.text ?? open.to }
}

async function offline(
  project: Project,
  command: Plan['command'],
  {
    from,
    to,
    signal,
  }: { readonly from: string; readonly to: string; readonly signal: AbortSignal | undefined },
  planOf: (graph: RevisionGraph, applied: ReadonlySet<string>) => readonly Step[],
): Promise<OfflineResult> {
  const revisions = await readRevisions(project)
  const { graph } = revisions
  if (command !== 'stamp' && !startsAtCurrent(parseTarget(from))) requireDirection(graph, command, from, to)
  const applied = await startOf(project, graph, command, from, signal)
  const planned = planOf(graph, applied)
  const steps =
    command === 'stamp'
      ? await stampedSteps(planned, revisions, applied)
      : await printedSteps(planned, project, revisions, applied)

  const after = new Set(applied)
  for (const { revision, direction } of steps) {
    if (direction === 'up') after.add(revision.revision)
    else for (const gone of [revision.revision, ...revision.replaces]) after.delete(gone)
  }
  const headsOf = (ids: ReadonlySet<string>) => headsOfApplied(graph, ids).map(({ revision }) => revision)
  const heads = headsOf(after)
  const script = scriptOf({
    command,
    from: headsOf(applied),
    to: heads,
    steps,
    oneTransaction: project.transaction === 'run',
    location: ledgerLocation(project),
    lockTimeout: project.lockTimeout,
    statementTimeout: project.statementTimeout,
    tenantSchema: project.tenantSchema,
    dbmigVersion: currentActor().dbmigVersion,
    madeAt: new Date(),
  })
  return {
    script,
    steps: steps.map((step) => stepResult(step)),
    heads,
  }
}

/** What is applied where the script starts; read from the ledger where the start is told by it. */
async function startOf(
  project: Project,
  graph: RevisionGraph,
  command: Plan['command'],
  from: string,
  signal: AbortSignal | undefined,
): Promise<ReadonlySet<string>> {
  const target = parseTarget(from)
  if (!startsAtCurrent(target)) return appliedAt(graph, new Set(), from)
  const rows = await readRows(project, signal)
  requireSettled(graph, rows)
  const counting = command === 'upgrade' ? appliedRows(rows) : rows
  const applied = new Set(counting.map(({ revision }) => revision))
  return target.text === 'current' ? applied : appliedAt(graph, applied, from)
}

async function printedSteps(
  planned: readonly Step[],
  project: Project,
  revisions: Revisions,
  applied: ReadonlySet<string>,
): Promise<OfflineStep[]> {
  const steps: OfflineStep[] = []
  for (const step of await loadSteps(planned, revisions.load, project.transaction)) {
    const { revision, loaded } = step
    const recorded = await recordStep(step)
    const statements = recorded.map((sql) => statementForPsql(revision, sql)).filter((sql) => sql !== '')
    requireOwnTransactions(revision, statements, loaded.transaction)
    const { transaction, checksum, lockTimeout, statementTimeout } = loaded
    const settings = { lockTimeout, statementTimeout }
    steps.push({ ...offlineStep(step, revisions, applied, checksum), statements, transaction, settings })
  }
  return steps
}

async function stampedSteps(
  planned: readonly Step[],
  revisions: Revisions,
  applied: ReadonlySet<string>,
): Promise<OfflineStep[]> {
  const steps: OfflineStep[] = []
  for (const step of planned) {
    // What is removed is logged with the checksum of its row.
    const checksum = step.direction === 'up' ? (await revisions.load(step.revision)).checksum : null
    steps.push({
      ...offlineStep(step, revisions, applied, checksum),
      statements: [],
      transaction: true,
    })
  }
  return steps
}

function offlineStep(
  { revision, direction }: Step,
  { parentsOf, dependenciesOf, above }: Revisions,
  applied: ReadonlySet<string>,
  checksum: string | null,
): Omit<OfflineStep, 'statements' | 'transaction'> {
  const { revision: id, message, replaces } = revision
  return {
    revision,
    direction,
    entry: {
      revision: id,
      downRevisions: parentsOf(revision),
      dependsOn: dependenciesOf(revision),
      message,
      checksum,
      replaces,
    },
    above: above(revision).filter((row) => applied.has(row.revision)),
  }
}

async function recordStep({ revision, direction, loaded }: LoadedStep): Promise<string[]> {
  const migration = direction === 'up' ? loaded.up : loaded.down
  const who = `Revision ${located(revision)}`
  try {
    return await recordSql((db) => migration?.(db), { who, transaction: loaded.transaction })
  } catch (error) {
    throw error instanceof DbmigError ? error : failedOffline(who, error)
  }
}
