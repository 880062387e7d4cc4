/** The SQL of a dry run: what the steps would send, as far as that is known without a run. */
import { DbmigError, messageOf } from '../errors.ts'
import { located } from '../graph/errors.ts'
import { migrationOf } from './migration.ts'
import { recordUntilStopped } from './record-sql.ts'
import type { LoadedStep, StepResult } from './run.ts'
import { stepResult } from './step-result.ts'

/** What a step would send. */
export interface StepPreview {
  /** Each without its semicolon, in order. */
  readonly statements: readonly string[]
  /** Whether they run in a transaction with the row of the ledger. */
  readonly transaction: boolean
  /** Why more may follow that is known only when it runs; null where this is all. */
  readonly incomplete: string | null
}

/** Steps with their statements; a step that needs what it reads from the database has those before that. */
export async function previewed(steps: readonly LoadedStep[]): Promise<StepResult[]> {
  const results: StepResult[] = []
  for (const step of steps) {
    const { revision, loaded } = step
    const { transaction } = loaded
    const who = `Revision ${located(revision)}`
    const { statements, stopped } = await recordUntilStopped(migrationOf(step), { who, transaction })
    const preview = { statements, transaction, incomplete: stopped && reasonOf(stopped.error) }
    results.push({ ...stepResult(step), preview })
  }
  return results
}

function reasonOf(error: unknown): string {
  const reads = error instanceof DbmigError && error.code === 'RUNNER_READS'
  return reads ? 'what follows depends on what it reads from the database' : messageOf(error)
}
