/** Writing constraints: inline in `create table`, and as alterations. */
import { isIncomplete } from '../catalog/attachment.ts'
import { type Catalog, findObject } from '../catalog/catalog.ts'
import type { Constraint, ForeignKey } from '../catalog/constraint.ts'
import { isPart } from '../catalog/inheritance.ts'
import type { Identity } from '../catalog/object.ts'
import type { Sides } from '../diff/change.ts'
import { INDEX_COMMENT } from '../diff/constraint.ts'
import { lastingOrigins } from '../diff/descent.ts'
import { attachments, ofClone } from './attached.ts'
import { clusterMoves, clusterOn } from './clustered.ts'
import {
  alterTable,
  aspectsOf,
  builder,
  builderName,
  isBuilderName,
  type KindEmitter,
  raw,
  type Statement,
  sqlName,
  tableSqlName,
} from './emitter.ts'
import { allStatistics, statisticsMoves } from './index-statistics.ts'
import { layOutCondition } from './lay-out.ts'
import { restoreReplicaIdentity } from './replica-identity.ts'
import { call, quoteString, quoteStrings, sqlTemplate } from './source.ts'
import { indentSql, parameterMoves, quoteIdentifier, quoteLiteral, storageParameters } from './sql.ts'

export const constraintEmitter: KindEmitter<Constraint> = {
  create: ({ object, sides }) => [
    ...(ofClone(object, sides) ?? [addConstraint(object, sides.target), ...attachments(object, sides)]),
    ...constraintExtras(object, sides),
    ...restoreReplicaIdentity(object, sides),
  ],
  drop: ({ object, sides }) => {
    const catalog = sides.live
    if (!isBuilderName(object.schema, object.table, catalog)) {
      return [
        raw(`alter table ${tableSqlName(object, catalog)} drop constraint ${quoteIdentifier(object.name)}`),
      ]
    }
    return [builder(alterTable(object, catalog), `.dropConstraint(${quoteString(object.name)})`)]
  },
  alter: (step) => {
    const { after, sides } = step
    const aspects = new Set(aspectsOf(step))
    // What is altered of a parent's constraint is altered of its children's.
    const above = isPart(after) ? lastingOrigins(after, sides) : []
    if (above.length > 0) {
      aspects.delete('deferral')
      aspects.delete('enforcement')
    }
    if (above.some((origin) => isValidated(origin, sides))) aspects.delete('validated')
    const table = `alter table ${tableSqlName(after, sides.target)}`
    const name = quoteIdentifier(after.name)
    const deferral = !after.deferrable
      ? 'not deferrable'
      : after.initiallyDeferred
        ? 'deferrable initially deferred'
        : 'deferrable initially immediate'
    return [
      ...(aspects.has('attached to') ? attachments(after, sides) : []),
      ...(aspects.has('storage parameters')
        ? parameterMoves(step.before.options, after.options).map((move) =>
            raw(`alter index ${sqlName(after, sides.target)} ${move}`),
          )
        : []),
      ...(aspects.has('tablespace')
        ? [
            raw(
              `alter index ${sqlName(after, sides.target)} set tablespace ${quoteIdentifier(after.tablespace ?? 'pg_default')}`,
            ),
          ]
        : []),
      ...(aspects.has('enforcement')
        ? [raw(`${table} alter constraint ${name} ${after.enforced ? 'enforced' : 'not enforced'}`)]
        : []),
      ...(aspects.has('deferral') ? [raw(`${table} alter constraint ${name} ${deferral}`)] : []),
      ...(aspects.has('clustered') ? clusterMoves(after, sides.target) : []),
      ...(aspects.has('statistics') ? statisticsMoves(step.before, after, sides) : []),
      ...(aspects.has(INDEX_COMMENT) ? [indexComment(after, sides.target)] : []),
      ...(aspects.has('validated') ? [raw(`${table} validate constraint ${name}`)] : []),
    ]
  },
  commentTarget: (constraint, catalog) =>
    `constraint ${quoteIdentifier(constraint.name)} on ${tableSqlName(constraint, catalog)}`,
}

/** Whether the plan validates a constraint. */
function isValidated({ identity }: { readonly identity: Identity }, { live, target }: Sides): boolean {
  const [before, after] = [
    findObject(live, 'constraint', identity),
    findObject(target, 'constraint', identity),
  ]
  return before?.validated === false && after?.validated === true
}

/** What a constraint has beyond its definition: a statement that follows it, wherever it was made. */
export function constraintExtras(constraint: Constraint, sides: Sides): Statement[] {
  const catalog = sides.target
  return [
    ...allStatistics(constraint, sides),
    ...clusterOn(constraint, catalog),
    ...(constraint.indexComment === null ? [] : [indexComment(constraint, catalog)]),
  ]
}

function indexComment(constraint: Constraint, catalog: Catalog): Statement {
  const text = constraint.indexComment === null ? 'null' : quoteLiteral(constraint.indexComment)
  return raw(`comment on index ${sqlName(constraint, catalog)} is ${text}`)
}

/** The statement that adds a constraint to a table that is there. */
export function addConstraint(constraint: Constraint, catalog: Catalog): Statement {
  if (isIncomplete(constraint))
    return raw(`alter table only ${tableSqlName(constraint, catalog)} add ${constraintSql(constraint)}`)
  if (canInline(constraint, catalog) && isBuilderName(constraint.schema, constraint.table, catalog)) {
    return builder(alterTable(constraint, catalog), constraintCall(constraint, catalog))
  }
  return raw(`alter table ${tableSqlName(constraint, catalog)} add ${constraintSql(constraint)}`)
}

/** A constraint in SQL, as `create table` and `add` take it. */
export function constraintSql(constraint: Constraint): string {
  return `constraint ${quoteIdentifier(constraint.name)} ${definition(constraint)}`
}

/** With what `pg_get_constraintdef` leaves out about the index; the grammar has it after the lists of columns. */
function definition({ definition: text, options, tablespace }: Constraint): string {
  const clauses = [
    ...(options.length === 0 ? [] : [`WITH (${storageParameters(options)})`]),
    ...(tablespace === null ? [] : [`USING INDEX TABLESPACE ${quoteIdentifier(tablespace)}`]),
  ]
  if (clauses.length === 0) return text
  const at = endOfColumns(text)
  return `${text.slice(0, at)} ${clauses.join(' ')}${text.slice(at)}`
}

/** Where the lists of columns end: behind the first parentheses, or those of `include`. */
function endOfColumns(text: string): number {
  let depth = 0
  for (const { 0: token, index } of text.matchAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|\(|\)/g)) {
    if (token === '(') depth++
    else if (token === ')') depth--
    if (token === ')' && depth === 0 && !text.startsWith(' INCLUDE (', index + 1)) return index + 1
  }
  return text.length
}

/** Whether Kysely's builder has words for all of the constraint. */
export function canInline(constraint: Constraint, catalog: Catalog): boolean {
  if (!constraint.plain) return false
  if (constraint.type === 'check') return constraint.expression !== null
  const { references } = constraint
  if (constraint.type === 'foreign key')
    return references !== null && isBuilderName(references.schema, references.table, catalog)
  return true
}

/** The constraint as a call on a table builder, named; only for constraints that `canInline`. */
export function constraintCall(constraint: Constraint, catalog: Catalog): string {
  const name = quoteString(constraint.name)
  const columns = quoteStrings(constraint.columns)
  switch (constraint.type) {
    case 'check':
      return call('addCheckConstraint', [name, conditionTemplate(constraint.expression ?? '')])
    case 'foreign key': {
      const { references } = constraint
      if (references === null) return ''
      const target = quoteString(builderName(references.schema, references.table, catalog))
      const options = `${actions(references)}${deferral(constraint)}`
      return call('addForeignKeyConstraint', [
        name,
        columns,
        target,
        quoteStrings(references.columns),
        ...callback('f', options),
      ])
    }
    case 'primary key':
      return call('addPrimaryKeyConstraint', [name, columns, ...callback('k', deferral(constraint))])
    default: {
      const nulls = constraint.nullsNotDistinct ? '.nullsNotDistinct()' : ''
      return call('addUniqueConstraint', [name, columns, ...callback('u', `${nulls}${deferral(constraint)}`)])
    }
  }
}

/**
 * The calls on the column builder that say the same, where PostgreSQL would choose the constraint's very name by itself
 * (`<table>_pkey`, `<table>_<column>_key`, `<table>_<column>_fkey`); null where it must be written with its name.
 */
export function columnConstraintCalls(constraint: Constraint, catalog: Catalog): string | null {
  const [column] = constraint.columns
  if (column === undefined || constraint.columns.length !== 1 || !canInline(constraint, catalog)) return null
  if (constraint.deferrable || constraint.name !== usualName(constraint, column)) return null
  if (hasNamesake(constraint, catalog)) return null
  if (constraint.type === 'primary key') return '.primaryKey()'
  if (constraint.type === 'unique')
    return `.unique()${constraint.nullsNotDistinct ? '.nullsNotDistinct()' : ''}`
  const { references } = constraint
  if (constraint.type !== 'foreign key' || references === null) return null
  const [referenced] = references.columns
  if (referenced === undefined || referenced.includes('.')) return null
  const path = `${builderName(references.schema, references.table, catalog)}.${referenced}`
  return `.references(${quoteString(path)})${actions(references)}`
}

const namesOfCatalog = new WeakMap<Catalog, ReadonlyMap<string, number>>()

/** Whether another constraint of the schema bears the name: where that is there first, PostgreSQL chooses another. */
function hasNamesake({ schema, name }: Constraint, catalog: Catalog): boolean {
  const key = (one: { readonly schema: string; readonly name: string }): string =>
    JSON.stringify([one.schema, one.name])
  let names = namesOfCatalog.get(catalog)
  if (names === undefined) {
    const counts = new Map<string, number>()
    for (const object of catalog.objects.values())
      if (object.kind === 'constraint') counts.set(key(object), (counts.get(key(object)) ?? 0) + 1)
    names = counts
    namesOfCatalog.set(catalog, names)
  }
  return (names.get(key({ schema, name })) ?? 0) > 1
}

function usualName(constraint: Constraint, column: string): string | null {
  const name = {
    'primary key': `${constraint.table}_pkey`,
    unique: `${constraint.table}_${column}_key`,
    'foreign key': `${constraint.table}_${column}_fkey`,
  }[constraint.type as string]
  return name !== undefined && Buffer.byteLength(name) < 64 ? name : null
}

/** A long condition stands over lines. */
function conditionTemplate(condition: string): string {
  const text = layOutCondition(condition)
  return sqlTemplate(text.includes('\n') ? `\n        ${indentSql(text, '        ')}\n      ` : text)
}

function callback(parameter: string, calls: string): string[] {
  return calls === '' ? [] : [`(${parameter}) => ${parameter}${calls}`]
}

function actions(references: ForeignKey): string {
  const onDelete = references.onDelete === 'no action' ? '' : `.onDelete(${quoteString(references.onDelete)})`
  const onUpdate = references.onUpdate === 'no action' ? '' : `.onUpdate(${quoteString(references.onUpdate)})`
  return `${onDelete}${onUpdate}`
}

function deferral(constraint: Constraint): string {
  if (!constraint.deferrable) return ''
  return constraint.initiallyDeferred ? '.deferrable().initiallyDeferred()' : '.deferrable()'
}
