/** A plan as plain JavaScript, for building a copy of a schema in this process. */
import type { Plan } from '../diff/change.ts'
import { renderStatement, statementsOf } from './plan.ts'

/**
 * The body of an async function of `db` (a Kysely) and `sql` (Kysely's tag): what `up` of a revision with this plan would
 * do, without the types.
 */
export function planScript(plan: Plan): string {
  return statementsOf(plan)
    .map((statement) => renderStatement(statement, { types: false }))
    .join('\n')
}
