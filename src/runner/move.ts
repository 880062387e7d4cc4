/** What `upgrade` and `downgrade` share: they differ in their plan alone. */
import type { Project } from '../config/config.ts'
import type { RevisionGraph } from '../graph/graph.ts'
import type { Step } from '../graph/revision.ts'
import { headsOfRows } from '../ledger/applied.ts'
import { ledgerLocation } from '../ledger/location.ts'
import { type LedgerRow, readLedger } from '../ledger/read.ts'
import {
  type CommandOptions,
  type CommandResult,
  headsAfter,
  openProjectSession,
  plannedStep,
  readRevisions,
  requireSettled,
  settingsOf,
} from './project.ts'
import { loadSteps, runMigrations } from './run.ts'
import { watchServer } from './server-progress.ts'
import { type Asked, requireFinished } from './unfinished.ts'

export interface MoveOptions extends CommandOptions {
  /** As typed. */
  readonly target: string
  /** Runs a revision again that began outside a transaction and did not end. Without it, such a one stops the run. */
  readonly retry?: boolean | undefined
}

/**
 * Plans and runs, or with `dryRun` plans alone.
 *
 * @param plan the steps, given the graph and what the ledger holds
 */
export async function move(
  project: Project,
  options: MoveOptions,
  command: Asked['command'],
  plan: (graph: RevisionGraph, rows: readonly LedgerRow[]) => readonly Step[],
): Promise<CommandResult> {
  const revisions = await readRevisions(project)
  const location = ledgerLocation(project)
  const session = await openProjectSession(project, options.signal)
  const asked = { command, target: options.target, retry: options.retry ?? false }
  const planOf = (rows: readonly LedgerRow[]): Promise<readonly Step[]> => {
    const { graph } = revisions
    return requireFinished(session, graph, rows, asked, () => {
      requireSettled(graph, rows)
      return plan(graph, rows)
    })
  }
  const watch = options.onEvent && watchServer(session, options.onEvent)
  try {
    if (options.dryRun) {
      const rows = (await readLedger(session, location)) ?? []
      const steps = await loadSteps(await planOf(rows), revisions.load, project.transaction)
      return {
        steps: steps.map(plannedStep),
        heads: headsAfter(rows, steps, revisions),
        dryRun: true,
      }
    }
    const { steps, rows } = await runMigrations({
      session,
      location,
      load: revisions.load,
      parentsOf: revisions.parentsOf,
      dependenciesOf: revisions.dependenciesOf,
      above: revisions.above,
      plan: planOf,
      transaction: project.transaction,
      settings: settingsOf(project),
      lockWaitMs: options.lockWaitMs,
      signal: options.signal,
      onEvent: watch?.onEvent,
      hooks: project.runHooks,
      // An embedded database is gone with its session.
      reopen: session.engine === 'server' ? (signal) => openProjectSession(project, signal) : undefined,
    })
    return { steps, heads: headsOfRows(rows), dryRun: false }
  } finally {
    watch?.stop()
    await session.close()
  }
}
