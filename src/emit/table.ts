/** Writing tables: with the builder, but partitions, typed tables and names with dots, which it cannot say. */
import { type Catalog, findObject, objectsOf } from '../catalog/catalog.ts'
import type { Column } from '../catalog/column.ts'
import type { Constraint } from '../catalog/constraint.ts'
import type { CatalogObject } from '../catalog/kinds.ts'
import { nameOfIdentity } from '../catalog/object.ts'
import type { Table } from '../catalog/table.ts'
import type { AlterStep, CreateStep, Sides } from '../diff/change.ts'
import { isOfToast, TOAST_PARAMETERS } from '../diff/table.ts'
import { ofClone } from './attached.ts'
import { typedColumn } from './column.ts'
import { addColumn, columnExtras, columnSql } from './column-definition.ts'
import {
  addConstraint,
  canInline,
  columnConstraintCalls,
  constraintCall,
  constraintExtras,
  constraintSql,
} from './constraint.ts'
import {
  aspectsOf,
  builder,
  builderName,
  isBuilderName,
  type KindEmitter,
  raw,
  type Statement,
  sqlName,
} from './emitter.ts'
import { ownOfInherited } from './inherited.ts'
import { replicaIdentityClause } from './replica-identity.ts'
import { quoteString, sqlTemplate } from './source.ts'
import { parameterMoves, quoteIdentifier, storageParameters } from './sql.ts'

export const tableEmitter: KindEmitter<Table> = {
  create: (step) => {
    const { object, sides } = step
    const columns = ofKind(step.parts, 'column').sort((a, b) => a.position - b.position)
    const inBuilder =
      isBuilderName(object.schema, object.name, sides.target) &&
      object.partitionOf === null &&
      object.ofType === null
    return [
      ...(inBuilder ? createWithBuilder(step, columns) : createWithSql(step, columns)),
      ...ownOfInherited(step.parts, sides.target),
      ...columns.flatMap((column) => columnExtras(column, sides.target)),
      ...sortedConstraints(step.parts).flatMap((constraint) => constraintExtras(constraint, sides)),
      ...settings(object, sides.target),
    ]
  },
  drop: ({ object, sides }) => [
    ...detachment(object, sides),
    isBuilderName(object.schema, object.name, sides.live)
      ? builder(`.dropTable(${quoteString(builderName(object.schema, object.name, sides.live))})`)
      : raw(`drop table ${sqlName(object, sides.live)}`),
  ],
  alter: alterTableSettings,
  commentTarget: (table, catalog) => `table ${sqlName(table, catalog)}`,
}

/** A partition to whose parent a foreign key points cannot be dropped, but it can be taken out of the parent first. */
function detachment(table: Table, { live, target }: Sides): Statement[] {
  const parent = table.partitionOf === null ? undefined : findObject(live, 'table', table.partitionOf.table)
  if (parent === undefined || !target.objects.has(parent.identity)) return []
  const isReferenced = objectsOf(live, 'constraint').some(
    ({ references }) =>
      references !== null && references.schema === parent.schema && references.table === parent.name,
  )
  return isReferenced
    ? [raw(`alter table ${sqlName(parent, live)} detach partition ${sqlName(table, live)}`)]
    : []
}

function ofKind<K extends 'column' | 'constraint'>(
  parts: readonly CatalogObject[],
  kind: K,
): Extract<CatalogObject, { kind: K }>[] {
  return parts.filter((part): part is Extract<CatalogObject, { kind: K }> => part.kind === kind)
}

const CONSTRAINT_ORDER = ['primary key', 'unique', 'foreign key', 'check', 'exclusion']

function sortedConstraints(parts: readonly CatalogObject[]): Constraint[] {
  const rank = (constraint: Constraint): number => CONSTRAINT_ORDER.indexOf(constraint.type)
  return ofKind(parts, 'constraint')
    .filter((constraint) => !constraint.inherited)
    .sort((a, b) => rank(a) - rank(b))
}

function createWithBuilder(step: CreateStep<Table>, columns: readonly Column[]): Statement[] {
  const { object, parts, sides } = step
  const catalog = sides.target
  const inline = new Map<string, string[]>()
  const calls: string[] = []
  const later: Constraint[] = []
  const constraints = sortedConstraints(parts)
  for (const constraint of constraints) {
    if (mergesWithAnother(constraint, constraints)) {
      later.push(constraint)
      continue
    }
    const [column] = constraint.columns
    const onColumn = columns.some((one) => one.name === column && !one.inherited)
      ? columnConstraintCalls(constraint, catalog)
      : null
    if (onColumn !== null && column !== undefined)
      inline.set(column, [...(inline.get(column) ?? []), onColumn])
    else if (canInline(constraint, catalog)) calls.push(constraintCall(constraint, catalog))
    else later.push(constraint)
  }
  const create = builder(
    `.createTable(${quoteString(builderName(object.schema, object.name, catalog))})`,
    ...(object.unlogged ? [`.modifyFront(${sqlTemplate('unlogged')})`] : []),
    ...columns
      .filter((column) => !column.inherited)
      .map((column) => addColumn(column, parts, inline.get(column.name) ?? [], catalog)),
    ...calls,
    ...tableClauses(object).map((clause) => `.modifyEnd(${sqlTemplate(clause)})`),
  )
  return [create, ...later.map((constraint) => addConstraint(constraint, catalog))]
}

/** Of keys over the same columns `create table` keeps one (parse_utilcmd.c), so the others are added after it. */
function mergesWithAnother(constraint: Constraint, all: readonly Constraint[]): boolean {
  if (constraint.type !== 'unique') return false
  const key = constraint.columns.join('\n')
  const first = all.find(
    (one) => (one.type === 'primary key' || one.type === 'unique') && one.columns.join('\n') === key,
  )
  return first !== constraint
}

function createWithSql(step: CreateStep<Table>, columns: readonly Column[]): Statement[] {
  const { object, parts, sides } = step
  const catalog = sides.target
  const own = columns.filter((column) => !column.inherited)
  const all = sortedConstraints(parts)
  const constraints = all.filter((constraint) => !mergesWithAnother(constraint, all))
  const later = all
    .filter((constraint) => mergesWithAnother(constraint, all))
    .map((constraint) => addConstraint(constraint, catalog))
  const head = `create ${object.unlogged ? 'unlogged ' : ''}table ${sqlName(object, catalog)}`
  const items = [...own.map((column) => columnSql(column, parts, catalog)), ...constraints.map(constraintSql)]
  const clauses = tableClauses(object)
  if (object.partitionOf !== null) {
    const parent = nameOfIdentity(object.partitionOf.table)
    const parentName = parentSqlName(parent, object.partitionOf.table, catalog)
    const said = constraints.filter((constraint) => ofClone(constraint, sides) === null)
    const list = said.length === 0 ? '' : ` (\n  ${said.map(constraintSql).join(',\n  ')}\n)`
    return [
      raw([`${head} partition of ${parentName}${list} ${object.partitionOf.bound}`, ...clauses].join(' ')),
      ...later,
      ...constraints.flatMap((constraint) => ofClone(constraint, sides) ?? []),
    ]
  }
  if (object.ofType !== null) {
    const list = constraints.length === 0 ? '' : ` (\n  ${constraints.map(constraintSql).join(',\n  ')}\n)`
    return [
      raw([`${head} of ${object.ofType}${list}`, ...clauses].join(' ')),
      ...own.flatMap((column) => typedColumn(column, catalog)),
      ...later,
    ]
  }
  return [raw([`${head} (\n  ${items.join(',\n  ')}\n)`, ...clauses].join(' ')), ...later]
}

function parentSqlName(name: string, identity: string, catalog: Catalog): string {
  const parent = findObject(catalog, 'table', identity)
  return parent === undefined ? name : sqlName(parent, catalog)
}

/** What follows the parentheses of `create table`, in the order of the grammar. */
function tableClauses(table: Table): string[] {
  return [
    ...(table.inherits.length > 0 ? [`inherits (${table.inherits.map(nameOfIdentity).join(', ')})`] : []),
    ...(table.partitionKey !== null ? [`partition by ${table.partitionKey}`] : []),
    ...(table.accessMethod !== null ? [`using ${quoteIdentifier(table.accessMethod)}`] : []),
    ...(table.options.length > 0 ? [`with (${storageParameters(table.options)})`] : []),
    ...(table.tablespace !== null ? [`tablespace ${quoteIdentifier(table.tablespace)}`] : []),
  ]
}

/** What a new table needs beyond `create table`; a replica identity by index follows the index. */
function settings(table: Table, catalog: Catalog): Statement[] {
  const alter = `alter table ${sqlName(table, catalog)}`
  const { mode } = table.replicaIdentity
  return [
    ...(table.rowSecurity ? [raw(`${alter} enable row level security`)] : []),
    ...(table.forceRowSecurity ? [raw(`${alter} force row level security`)] : []),
    ...(mode === 'full' || mode === 'nothing' ? [raw(`${alter} replica identity ${mode}`)] : []),
  ]
}

function alterTableSettings(step: AlterStep<Table>): Statement[] {
  const { before, after, sides } = step
  const aspects = aspectsOf(step)
  const alter = (what: string): Statement => raw(`alter table ${sqlName(after, sides.target)} ${what}`)
  const statements: Statement[] = []
  if (aspects.has('row type') && before.ofType !== null) statements.push(alter('not of'))
  if (aspects.has('partition of')) statements.push(...partitionMoves(before, after, sides.target))
  if (aspects.has('inherits')) {
    for (const parent of before.inherits)
      if (!after.inherits.includes(parent)) statements.push(alter(`no inherit ${nameOfIdentity(parent)}`))
    for (const parent of after.inherits)
      if (!before.inherits.includes(parent)) statements.push(alter(`inherit ${nameOfIdentity(parent)}`))
  }
  // A typed table has no parents, so it leaves them first.
  if (aspects.has('row type') && after.ofType !== null) statements.push(alter(`of ${after.ofType}`))
  if (aspects.has('unlogged')) statements.push(alter(after.unlogged ? 'set unlogged' : 'set logged'))
  if (aspects.has('access method'))
    statements.push(
      alter(
        `set access method ${after.accessMethod === null ? 'heap' : quoteIdentifier(after.accessMethod)}`,
      ),
    )
  if (aspects.has('tablespace'))
    statements.push(alter(`set tablespace ${quoteIdentifier(after.tablespace ?? 'pg_default')}`))
  const moves = (isMeant: (option: string) => boolean): Statement[] =>
    parameterMoves(before.options.filter(isMeant), after.options.filter(isMeant)).map(alter)
  if (aspects.has('storage parameters')) statements.push(...moves((option) => !isOfToast(option)))
  if (aspects.has(TOAST_PARAMETERS)) statements.push(...moves(isOfToast))
  if (aspects.has('row level security'))
    statements.push(alter(`${after.rowSecurity ? 'enable' : 'disable'} row level security`))
  if (aspects.has('forced row level security'))
    statements.push(alter(`${after.forceRowSecurity ? 'force' : 'no force'} row level security`))
  if (aspects.has('replica identity')) {
    statements.push(alter(replicaIdentityClause(after)))
  }
  return statements
}

function partitionMoves(before: Table, after: Table, catalog: Catalog): Statement[] {
  const name = sqlName(after, catalog)
  const parent = (identity: string): string => parentSqlName(nameOfIdentity(identity), identity, catalog)
  return [
    ...(before.partitionOf === null
      ? []
      : [raw(`alter table ${parent(before.partitionOf.table)} detach partition ${name}`)]),
    ...(after.partitionOf === null
      ? []
      : [
          raw(
            `alter table ${parent(after.partitionOf.table)} attach partition ${name} ${after.partitionOf.bound}`,
          ),
        ]),
  ]
}
