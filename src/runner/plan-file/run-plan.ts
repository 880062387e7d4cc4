/** `--from-plan` of `upgrade` and `downgrade`: runs a plan that was saved, or nothing. */
import { resolve } from 'node:path'
import type { Project } from '../../config/config.ts'
import type { Session } from '../../database/session.ts'
import type { RevisionGraph } from '../../graph/graph.ts'
import { ledgerLocation } from '../../ledger/location.ts'
import type { LedgerRow } from '../../ledger/read.ts'
import { checksumOf } from '../../loader/checksum.ts'
import { readText } from '../../loader/read-text.ts'
import { type MoveOptions, move } from '../move.ts'
import { type CommandResult, headsAfter, readRevisions } from '../project.ts'
import { planOfOtherCommand, planStale } from './errors.ts'
import { databaseOf, stepsNow } from './plan-fits.ts'
import { parsePlan, readPlan, type SavedPlan } from './saved-plan.ts'

export interface RunPlanOptions extends Omit<MoveOptions, 'target' | 'retry' | 'plan'> {
  readonly command: SavedPlan['command']
  /** The file that `plan` of `upgrade` or `downgrade` has written, relative to `cwd`. With `-` the plan is `planText`. */
  readonly file: string
  /** As `planText` of the result of `upgrade` or `downgrade`. */
  readonly planText?: string | undefined
}

/**
 * Runs the steps of a plan under the lock, where the database's ledger and the files are as they were when it was made.
 *
 * @throws DbmigError RUNNER_PLAN_UNREADABLE, RUNNER_PLAN_COMMAND, RUNNER_PLAN_STALE, and as `upgrade`
 */
export async function runPlan(
  project: Project,
  { command, file, planText = '', ...options }: RunPlanOptions,
): Promise<CommandResult> {
  const path = file === '-' ? file : resolve(options.cwd ?? '.', file)
  const plan = file === '-' ? parsePlan(path, planText) : await readPlan(path)
  if (plan.command !== command) throw planOfOtherCommand(path, plan)
  const { target, retry } = plan
  const location = ledgerLocation(project)
  const { transaction } = project
  const revisions = await readRevisions(project)
  const planOf = async (graph: RevisionGraph, rows: readonly LedgerRow[], session: Session) => {
    const { steps, reasons } = stepsNow(plan, {
      ...{ rows, graph, transaction, database: await databaseOf(session, location) },
      checksumOf: (file) => checksumOf(readText(file)),
      headsAfter: (steps) => headsAfter(rows, steps, revisions),
    })
    if (reasons.length > 0) throw planStale(path, plan, reasons)
    return steps
  }
  return move(project, { ...options, target, retry }, command, planOf, revisions)
}
