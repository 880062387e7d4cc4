/** The command `upgrade`. */
import type { Project } from '../config/config.ts'
import { missingBelowApplied } from '../graph/applied.ts'
import type { Revision } from '../graph/revision.ts'
import { appliedTargets, planUpgrade } from '../graph/upgrade.ts'
import { appliedIds } from '../ledger/applied.ts'
import { type MoveOptions, move } from './move.ts'
import type { CommandResult, Revisions } from './project.ts'

export interface UpgradeOptions extends MoveOptions {
  /** As typed: `head`, `heads`, an id or the start of one, `+1`, `label@head`, … */
  readonly target: string
  /** Also runs revisions that never ran although one above them is applied. */
  readonly outOfOrder?: boolean | undefined
}

export interface UpgradeResult extends CommandResult {
  /** What the target names, where all of that was applied before. */
  readonly alreadyApplied: readonly string[]
  /** Revisions that never ran although one above them is applied, and that this run left out as well. */
  readonly outOfOrder: readonly string[]
}

/**
 * Runs every revision that the target stands on and that is not applied, one transaction each.
 *
 * A file outside a transaction that failed half-way stops it; with `retry` it counts as not applied, and runs again.
 *
 * @param revisions the project's, where they are read already
 * @throws DbmigError `RUNNER_…`, `GRAPH_…`, `LEDGER_…`, `DATABASE_…`, `LOADER_…`
 */
export async function upgrade(
  project: Project,
  options: UpgradeOptions,
  revisions?: Revisions,
): Promise<UpgradeResult> {
  const { target, outOfOrder = false } = options
  let seen: Pick<UpgradeResult, 'alreadyApplied' | 'outOfOrder'> = { alreadyApplied: [], outOfOrder: [] }
  const result = await move(
    project,
    options,
    'upgrade',
    (graph, rows) => {
      const applied = appliedIds(rows)
      const steps = planUpgrade(graph, applied, target, { outOfOrder })
      const run = new Set(steps.map((step) => step.revision))
      seen = {
        alreadyApplied: idsOf(appliedTargets(graph, applied, target)),
        outOfOrder: idsOf(missingBelowApplied(graph, applied).filter((revision) => !run.has(revision))),
      }
      return steps
    },
    revisions,
  )
  return { ...result, ...seen }
}

function idsOf(revisions: readonly Revision[]): string[] {
  return revisions.map(({ revision }) => revision)
}
