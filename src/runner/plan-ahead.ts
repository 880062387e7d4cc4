/** Says what a run would do, from where the database is: a dry run, or a plan that is written to a file. */
import { resolve } from 'node:path'
import type { Project } from '../config/config.ts'
import type { Session } from '../database/session.ts'
import type { Step } from '../graph/revision.ts'
import { ledgerLocation } from '../ledger/location.ts'
import { type LedgerRow, readLedger } from '../ledger/read.ts'
import { mayOnlyLook } from '../ledger/tables.ts'
import { readText } from '../loader/read-text.ts'
import { asked as askedOf } from './interrupt.ts'
import type { MoveOptions } from './move.ts'
import { databaseOf } from './plan-file/plan-fits.ts'
import { planText, type SavedPlan, savedPlan, writePlan } from './plan-file/saved-plan.ts'
import { previewed } from './preview.ts'
import { requirePrivileges } from './privileges.ts'
import { type CommandResult, headsAfter, type Revisions, settingsOf } from './project.ts'
import { loadSteps, type StepResult } from './run.ts'
import { stepResult } from './step-result.ts'
import { dropOf, leftInvalid } from './unfinished/invalid-indexes.ts'
import type { Asked } from './unfinished/unfinished.ts'

export interface Ahead {
  readonly project: Project
  readonly options: MoveOptions
  readonly asked: Asked
  readonly revisions: Revisions
  readonly planOf: (rows: readonly LedgerRow[]) => Promise<readonly Step[]>
}

/** Takes no lock, and writes nothing to the database. */
export async function planAhead(
  session: Session,
  { project, options, asked, revisions, planOf }: Ahead,
): Promise<CommandResult> {
  const location = ledgerLocation(project)
  const { signal } = options
  const rows = (await askedOf({ session, signal }, 0, () => readLedger(session, location))) ?? []
  const steps = await loadSteps(await planOf(rows), revisions.load, project.transaction)
  await askedOf({ session, signal }, 0, async () => {
    // A role that only looks is to be told what another will do.
    if (steps.length === 0 || (await mayOnlyLook(session, location))) return
    await requirePrivileges({ session, hooks: project.runHooks, settings: settingsOf(project) }, steps)
  })
  const heads = headsAfter(rows, steps, revisions)
  const written =
    options.plan === undefined
      ? {}
      : await writtenTo(
          options.plan === '-' ? null : resolve(options.cwd ?? '.', options.plan),
          savedPlan({
            ...asked,
            ...project,
            database: await databaseOf(session, location),
            rows,
            steps,
            heads,
          }),
        )
  const results = options.sql ? await previewed(steps) : steps.map((step) => stepResult(step))
  return {
    steps: await withDrops(session, rows, results, revisions),
    heads,
    dryRun: true,
    ...written,
  }
}

async function writtenTo(
  path: string | null,
  plan: SavedPlan,
): Promise<Pick<CommandResult, 'plan' | 'planText'>> {
  if (path === null) return { planText: planText(plan) }
  await writePlan(path, plan)
  return { plan: path }
}

/** Steps of a dry run with what a retry drops before them. */
async function withDrops(
  session: Session,
  rows: readonly LedgerRow[],
  steps: readonly StepResult[],
  { graph }: Revisions,
): Promise<StepResult[]> {
  const attempts = new Map(rows.map(({ revision, attempt }) => [revision, attempt]))
  const result: StepResult[] = []
  for (const step of steps) {
    const attempt = attempts.get(step.revision)
    const path = graph.revisions.get(step.revision)?.path
    const isRetry = step.direction === 'up' && attempt && path !== undefined
    const left = isRetry ? await leftInvalid(session, attempt, readText(path)) : []
    const { preview } = step
    result.push({
      ...step,
      ...(left.length === 0 ? {} : { drops: left.map(({ name }) => name) }),
      ...(preview && { preview: { ...preview, statements: [...left.map(dropOf), ...preview.statements] } }),
    })
  }
  return result
}
