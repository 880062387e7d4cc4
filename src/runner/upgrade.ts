/** The command `upgrade`. */
import type { Project } from '../config/config.ts'
import { planUpgrade } from '../graph/upgrade.ts'
import { move } from './move.ts'
import type { CommandOptions, CommandResult } from './project.ts'

export interface UpgradeOptions extends CommandOptions {
  /** As typed: `head`, `heads`, an id or the start of one, `+1`, `label@head`, … */
  readonly target: string
  /** Also runs revisions that never ran although one above them is applied. */
  readonly outOfOrder?: boolean | undefined
}

/**
 * Runs every revision that the target stands on and that is not applied, one transaction each.
 *
 * A file outside a transaction that failed half-way counts as not applied: it runs again.
 *
 * @throws DbmigError `RUNNER_…`, `GRAPH_…`, `LEDGER_…`, `DATABASE_…`, `LOADER_…`
 */
export async function upgrade(project: Project, options: UpgradeOptions): Promise<CommandResult> {
  return move(project, options, (graph, rows) => {
    const applied = rows.filter((row) => row.status === 'applied').map((row) => row.revision)
    return planUpgrade(graph, new Set(applied), options.target, { outOfOrder: options.outOfOrder === true })
  })
}
