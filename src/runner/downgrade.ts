/** The command `downgrade`. */
import type { Project } from '../config/config.ts'
import { planDowngrade } from '../graph/downgrade.ts'
import { move } from './move.ts'
import type { CommandOptions, CommandResult } from './project.ts'

export interface DowngradeOptions extends CommandOptions {
  /** As typed: `base`, an id or the start of one, `-1`, `label@base`, … */
  readonly target: string
}

/**
 * Undoes every applied revision above the target, one transaction each.
 *
 * A file outside a transaction that failed half-way counts as applied: its `down` runs.
 *
 * @throws DbmigError `RUNNER_…`, `GRAPH_…`, `LEDGER_…`, `DATABASE_…`, `LOADER_…`
 */
export async function downgrade(project: Project, options: DowngradeOptions): Promise<CommandResult> {
  return move(project, options, (graph, rows) =>
    planDowngrade(graph, new Set(rows.map((row) => row.revision)), options.target),
  )
}
