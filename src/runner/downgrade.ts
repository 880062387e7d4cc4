/** The command `downgrade`. */
import type { Project } from '../config/config.ts'
import { planDowngrade } from '../graph/downgrade.ts'
import { type MoveOptions, move } from './move.ts'
import type { CommandResult, Revisions } from './project.ts'

export interface DowngradeOptions extends MoveOptions {
  /** As typed: `base`, an id or the start of one, `-1`, `label@base`, … */
  readonly target: string
}

/**
 * Undoes every applied revision above the target, one transaction each.
 *
 * A file outside a transaction that failed half-way stops it; with `retry` it counts as applied, and its `down` runs.
 *
 * @param revisions the project's, where they are read already
 * @throws DbmigError `RUNNER_…`, `GRAPH_…`, `LEDGER_…`, `DATABASE_…`, `LOADER_…`
 */
export async function downgrade(
  project: Project,
  options: DowngradeOptions,
  revisions?: Revisions,
): Promise<CommandResult> {
  return move(
    project,
    options,
    'downgrade',
    (graph, rows) => planDowngrade(graph, new Set(rows.map((row) => row.revision)), options.target),
    revisions,
  )
}
