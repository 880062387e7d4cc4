/** What runs of a target schema, in which order, and in which session settings. */
import { classifyStatement, type StatementClass } from './classify-statement.ts'
import { clusterWideStatement, rollbackStatement } from './errors.ts'
import type { TargetStatement } from './target-statement.ts'

/** The SET statements that are in force at a statement, by the setting's name. */
export type Settings = ReadonlyMap<string, TargetStatement>

export interface Step {
  readonly statement: TargetStatement
  readonly settings: Settings
}

const none: Settings = new Map()

/**
 * Turns statements into steps: settings become a property of what follows them in the same file, statements about
 * transactions and the database's own comment go, and foreign keys that were taken out of their tables go last.
 *
 * @throws SCHEMA_CLUSTER_WIDE, SCHEMA_ROLLBACK
 */
export function targetSteps(
  statements: readonly TargetStatement[],
  database: { readonly serverVersion: number },
): Step[] {
  const steps: Step[] = []
  let file: string | null = null
  let settings = none
  for (const statement of statements) {
    if (statement.file !== file) settings = none
    file = statement.file
    const found = classifyStatement(statement.sql)
    if (found.kind === 'rollback') throw rollbackStatement(statement)
    // On an embedded shadow too: what it may say is not to depend on the shadow.
    if (found.kind === 'cluster-wide') throw clusterWideStatement(statement, found.what)
    if (found.kind === 'reset all') settings = none
    else if (found.kind === 'setting') {
      if (isKnown(found, database.serverVersion)) settings = withSetting(settings, found, statement)
    } else if (found.kind === 'declaration') steps.push({ statement, settings })
  }
  return [
    ...steps.filter(({ statement }) => statement.last === undefined),
    ...steps.filter(({ statement }) => statement.last),
  ]
}

/** pg_dump 17 and later write this into every dump, also for older servers. */
function isKnown({ name }: { readonly name: string }, serverVersion: number): boolean {
  return name !== 'transaction_timeout' || serverVersion >= 170000
}

function withSetting(
  settings: Settings,
  { name, sql }: Extract<StatementClass, { kind: 'setting' }>,
  statement: TargetStatement,
): Settings {
  const changed = new Map(settings)
  // Later settings may depend on earlier ones, so one that is set again goes to the end.
  changed.delete(name)
  return changed.set(name, { ...statement, sql })
}

/**
 * What must run so that one set of settings takes the place of another.
 *
 * @param from what is in force; every name in it is known to have been set
 */
export function transition(from: Settings, to: Settings): TargetStatement[] {
  if (from === to) return []
  const dropped = [...from.keys()].filter((name) => !to.has(name))
  const changed = [...to].filter(([name, statement]) => from.get(name)?.sql !== statement.sql)
  return [...dropped.flatMap(resetStatements), ...changed.map(([, statement]) => statement)]
}

/** Function bodies may name what is not there yet. */
export const withoutBodyChecks: TargetStatement = { sql: 'set check_function_bodies = off', file: null }

function resetStatements(name: string): TargetStatement[] {
  const reset = { sql: `reset ${name}`, file: null }
  return name === 'check_function_bodies' ? [withoutBodyChecks] : [reset]
}
