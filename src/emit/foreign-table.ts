/** Writing foreign tables. */
import type { Catalog } from '../catalog/catalog.ts'
import type { Column } from '../catalog/column.ts'
import type { Constraint } from '../catalog/constraint.ts'
import type { ForeignTable } from '../catalog/foreign-table.ts'
import type { Identity } from '../catalog/object.ts'
import type { AlterStep, CreateStep } from '../diff/change.ts'
import { columnExtras, columnSql } from './column-definition.ts'
import { constraintSql } from './constraint.ts'
import { aspectsOf, type KindEmitter, raw, type Statement, sqlName } from './emitter.ts'
import { optionMoves, optionsClause } from './foreign-options.ts'
import { ownOfInherited } from './inherited.ts'
import { quoteIdentifier } from './sql.ts'

export const foreignTableEmitter: KindEmitter<ForeignTable> = {
  create,
  drop: ({ object, sides }) => [raw(`drop foreign table ${sqlName(object, sides.live)}`)],
  alter,
  commentTarget: (table, catalog) => `foreign table ${sqlName(table, catalog)}`,
}

function create({ object, parts, sides }: CreateStep<ForeignTable>): Statement[] {
  const catalog = sides.target
  const columns = parts
    .filter((part): part is Column => part.kind === 'column')
    .sort((a, b) => a.position - b.position)
  const constraints = parts.filter((part): part is Constraint => part.kind === 'constraint')
  const own = columns.filter((column) => !column.inherited)
  const checks = constraints.filter((constraint) => !constraint.inherited).map(constraintSql)
  const server = `server ${quoteIdentifier(object.server)}${optionsClause(object.options)}`
  const head = `create foreign table ${sqlName(object, catalog)}`
  const extras = [
    ...ownOfInherited(parts, catalog),
    ...columns.flatMap((column) => columnExtras(column, catalog)),
  ]
  if (object.partitionOf !== null) {
    const list = checks.length === 0 ? '' : ` (\n  ${checks.join(',\n  ')}\n)`
    const parent = relationName(object.partitionOf.table, catalog)
    return [raw(`${head} partition of ${parent}${list} ${object.partitionOf.bound} ${server}`), ...extras]
  }
  const items = [...own.map((column) => columnSql(column, parts, catalog)), ...checks]
  const list = items.length === 0 ? '()' : `(\n  ${items.join(',\n  ')}\n)`
  const parents = object.inherits.map((parent) => relationName(parent, catalog))
  const inherits = parents.length === 0 ? '' : ` inherits (${parents.join(', ')})`
  return [raw(`${head} ${list}${inherits} ${server}`), ...extras]
}

function alter(step: AlterStep<ForeignTable>): Statement[] {
  const { before, after, sides } = step
  const aspects = aspectsOf(step)
  const name = sqlName(after, sides.target)
  const inherit = (word: string, parents: readonly Identity[]): Statement[] =>
    parents.map((parent) => raw(`alter foreign table ${name} ${word} ${relationName(parent, sides.target)}`))
  const options = optionMoves(before.options, after.options)
  return [
    ...(aspects.has('partition of') && before.partitionOf !== null
      ? [raw(`alter table ${relationName(before.partitionOf.table, sides.live)} detach partition ${name}`)]
      : []),
    ...(aspects.has('partition of') && after.partitionOf !== null
      ? [
          raw(
            `alter table ${relationName(after.partitionOf.table, sides.target)} attach partition ${name} ${after.partitionOf.bound}`,
          ),
        ]
      : []),
    ...inherit(
      'no inherit',
      before.inherits.filter((parent) => !after.inherits.includes(parent)),
    ),
    ...inherit(
      'inherit',
      after.inherits.filter((parent) => !before.inherits.includes(parent)),
    ),
    ...(options === '' ? [] : [raw(`alter foreign table ${name}${options}`)]),
  ]
}

function relationName(identity: Identity, catalog: Catalog): string {
  const relation = catalog.objects.get(identity)
  return relation?.kind === 'table' || relation?.kind === 'foreign table'
    ? sqlName(relation, catalog)
    : identity.slice(identity.indexOf(':') + 1)
}
