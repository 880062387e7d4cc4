/** A plan → statements: each step in its kind's words, comments, and neighbouring alterations of a table in one chain. */

import type { Catalog } from '../catalog/catalog.ts'
import type { CatalogObject } from '../catalog/kinds.ts'
import type { Identity } from '../catalog/object.ts'
import { isAccessStep } from '../diff/access.ts'
import type { MoveStep, Plan, Step } from '../diff/change.ts'
import { shortName } from '../diff/names.ts'
import { accessStatements } from './access.ts'
import { CONCURRENTLY_NOTES, concurrentStatements } from './concurrently.ts'
import { type BuilderStatement, raw, type Statement } from './emitter.ts'
import { extensionTieMoves, extensionTies } from './extension-ties.ts'
import { emitterOf } from './kinds.ts'
import { layOutStatement } from './lay-out.ts'
import { renameStatement } from './rename.ts'
import { sectionOf } from './section.ts'
import { chain, sqlTemplate } from './source.ts'
import { indentSql, quoteLiteral } from './sql.ts'

/**
 * The statements of a plan, in order.
 *
 * @param lost what of an object the plan makes again without its data: see `notRestoredBy`
 */
export function statementsOf(plan: Plan, lost: Lost = new Map()): Statement[] {
  const { first = [], last = [] } = plan.renames ?? {}
  const unsaid = new Map(lost)
  const reasons = reasonsOf(plan.steps)
  const moveStatements = (step: MoveStep): Statement[] =>
    'action' in step ? stepStatements(step, false, unsaid) : [renameStatement(step)]
  const statements = [
    ...first.flatMap(moveStatements),
    ...merged(
      plan.steps.flatMap((step) =>
        isAccessStep(step)
          ? []
          : noted(reasons.get(step) ?? [], stepStatements(step, plan.concurrently === true, unsaid)),
      ),
    ),
    ...accessStatements(plan.steps.filter(isAccessStep)),
    ...last.flatMap(moveStatements),
  ]
  if (plan.concurrently) return noted(CONCURRENTLY_NOTES, statements)
  return plan.uncheckedBodies ? [UNCHECKED_BODIES, ...statements] : statements
}

function noted(notes: readonly string[], [first, ...others]: readonly Statement[]): Statement[] {
  return first === undefined ? [] : [{ ...first, notes: [...notes, ...(first.notes ?? [])] }, ...others]
}

const UNCHECKED_BODIES: Statement = {
  ...raw('set local check_function_bodies = off'),
  notes: ['Some bodies name what is made later, or what another search path finds.'],
}

type StepOfDrop = Extract<Step, { readonly action: 'drop' }>

/** Why objects are dropped that are made again later, said once for those that go one after the other. */
function reasonsOf(steps: readonly Step[]): ReadonlyMap<Step, readonly string[]> {
  const runs: StepOfDrop[][] = []
  let last: string | undefined
  for (const step of steps) {
    const because = step.action === 'drop' ? step.because : undefined
    if (step.action === 'drop' && because !== undefined) {
      if (because === last) runs.at(-1)?.push(step)
      else runs.push([step])
    }
    last = because
  }
  const sentence = (run: readonly StepOfDrop[]): string => {
    const names = run.map(({ object, sides }) => `${object.kind} ${shortName(object.identity, sides.live)}`)
    const rest = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : ''
    return `To be made again, since ${run[0]?.because}: ${names.slice(0, MOST_NAMES).join(', ')}${rest}.`
  }
  return new Map(runs.flatMap((run) => run.slice(0, 1).map((step) => [step, [sentence(run)]] as const)))
}

const MOST_NAMES = 8

type Lost = ReadonlyMap<Identity, string>

function stepStatements(step: Step, concurrently: boolean, unsaid: Map<Identity, string>): Statement[] {
  const place = placeOf(step)
  const [first, ...others] = bareStatements(step, concurrently).map((one) => ({ ...one, ...place }))
  if (first === undefined) return []
  const { loss, risk, caution } = step.notes
  const notes = [
    ...lostOf(step, unsaid),
    ...(loss === null ? [] : [`Data loss: ${loss}.`]),
    ...(risk === null ? [] : [`May fail: ${risk}.`]),
    ...(caution === null ? [] : [`Note: ${caution}.`]),
  ]
  return [{ ...first, notes: [...notes, ...(first.notes ?? [])] }, ...others]
}

/** What an object is made again without, where it first appears. */
function lostOf(step: Step, unsaid: Map<Identity, string>): string[] {
  if (step.action === 'drop' || unsaid.size === 0) return []
  const objects = step.action === 'alter' ? [step.after] : [step.object, ...step.parts]
  return objects.flatMap(({ identity }) => {
    const sentence = unsaid.get(identity)
    unsaid.delete(identity)
    return sentence ?? []
  })
}

/** Where a statement stands in a file: with its table, or with all that is dropped. */
function placeOf(step: Step): Pick<Statement, 'about' | 'section'> {
  if (step.action === 'drop') return { about: 'drop', section: 'Drops' }
  const object = step.action === 'alter' ? step.after : step.object
  // A sequence is given to a column when that is there.
  const owner = step.action === 'alter' && object.kind === 'sequence' ? object.ownedBy : null
  const about = owner === null ? object : (step.sides.target.objects.get(owner) ?? object)
  return { about: about.parent ?? about.identity, section: sectionOf(about) }
}

function bareStatements(step: Step, concurrently: boolean): Statement[] {
  const beside = concurrently ? concurrentStatements(step) : null
  if (step.action === 'drop') return beside ?? emitterOf(step.object).drop(step)
  if (step.action === 'create') {
    const objects = [step.object, ...step.parts]
    return [
      ...(beside ?? emitterOf(step.object).create(step)),
      ...objects.flatMap((object) => [
        ...commentOn(object, step.sides.target),
        ...extensionTies(object, emitterOf(object), step.sides.target),
      ]),
    ]
  }
  const statements = emitterOf(step.after).alter(step)
  const comment = step.differences.some((difference) => difference.aspect === 'comment')
  // A type that is made anew starts without what belonged to the old one.
  const anew = step.differences.some((difference) => difference.remakes)
  return [
    ...statements,
    ...(comment || (anew && step.after.comment !== null) ? setComment(step.after, step.sides.target) : []),
    ...extensionTieMoves(step, emitterOf(step.after)),
  ]
}

function commentOn(object: CatalogObject, catalog: Catalog): Statement[] {
  return object.comment === null ? [] : setComment(object, catalog)
}

function setComment(object: CatalogObject, catalog: Catalog): Statement[] {
  const target = emitterOf(object).commentTarget(object, catalog)
  if (target === null) return []
  return [raw(`comment on ${target} is ${object.comment === null ? 'null' : quoteLiteral(object.comment)}`)]
}

/** Alterations of one table that follow each other become one statement: one lock, one rewrite. */
function merged(statements: readonly Statement[]): Statement[] {
  const result: Statement[] = []
  for (const statement of statements) {
    const last = result.at(-1)
    if (
      last !== undefined &&
      isColumnAlteration(last) &&
      isColumnAlteration(statement) &&
      last.calls[0] === statement.calls[0] &&
      independent(last, statement)
    ) {
      result[result.length - 1] = {
        ...last,
        calls: [...last.calls, ...statement.calls.slice(1)],
        notes: [...(last.notes ?? []), ...(statement.notes ?? [])],
      }
    } else result.push(statement)
  }
  return result
}

const COLUMN_CALL = /^\.(addColumn|alterColumn|dropColumn)\(/

function isColumnAlteration(statement: Statement): statement is BuilderStatement {
  const [first = '', ...rest] = statement.form === 'builder' ? statement.calls : []
  return first.startsWith('.alterTable(') && rest.length > 0 && rest.every((one) => COLUMN_CALL.test(one))
}

/**
 * PostgreSQL runs the parts of one `alter table` in passes of its own (drops, conversions, additions), so an added
 * generated column stays apart: what it reads may not be there yet.
 */
function independent(last: BuilderStatement, next: BuilderStatement): boolean {
  return ![...last.calls, ...next.calls].some((one) => one.includes('.generatedAlwaysAs('))
}

export interface RenderOptions {
  /** Whether type arguments may stand in it; true unless told. */
  readonly types?: boolean
  /** An element of a declaration's list, which is not run where it stands; a line of `up` or `down` unless told. */
  readonly declared?: boolean
}

/** A statement as code, indented by two. */
export function renderStatement(
  statement: Statement,
  { types = true, declared = false }: RenderOptions = {},
): string {
  const notes = (statement.notes ?? []).map((note) => `  // ${note.replaceAll('\n', ' ')}\n`).join('')
  if (statement.form === 'builder') {
    const calls = callsOf(statement, types)
    return `${notes}${declared ? chain('schema', calls, '  ') : chain('await db.schema', [...calls, '.execute()'], '  ')}`
  }
  const template = sqlTemplate(sqlText(statement.sql))
  return `${notes}  ${declared ? template : `await ${template}.execute(db)`}`
}

/** One line stays in the line; more stand below the backtick, indented where that changes nothing. */
function sqlText(statement: string): string {
  const sql = layOutStatement(statement)
  return sql.includes('\n') ? `\n    ${indentSql(sql, '    ')}\n  ` : sql
}

/** A predicate's type argument, which the compiler wants and JavaScript does not know. */
function callsOf({ calls }: BuilderStatement, types: boolean): readonly string[] {
  return types ? calls : calls.map((call) => call.replace(/^\.where\(sql<boolean>`/, '.where(sql`'))
}
