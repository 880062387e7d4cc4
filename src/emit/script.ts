/** A plan as plain JavaScript, for building a copy of a schema in this process. */
import type { Plan } from '../diff/change.ts'
import type { Statement } from './emitter.ts'
import { renderStatement, statementsOf } from './plan.ts'

/**
 * The body of an async function of `db` (a Kysely) and `sql` (Kysely's tag): what `up` of a revision with this plan would
 * do, without the types.
 */
export function planScript(plan: Plan): string {
  return statementsScript(statementsOf(plan))
}

/** The same of any statements. */
export function statementsScript(statements: readonly Statement[]): string {
  return statements.map((statement) => renderStatement(statement, { types: false })).join('\n')
}
