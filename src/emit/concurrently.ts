/** Writing indexes, and the keys that stand on one, made and dropped beside running work: outside of a transaction, and so that each statement can run again. */
import type { Catalog } from '../catalog/catalog.ts'
import type { Constraint } from '../catalog/constraint.ts'
import type { TableIndex } from '../catalog/table-index.ts'
import { attachedTo } from '../diff/attached.ts'
import type { CreateStep, Sides, Step } from '../diff/change.ts'
import { freeName } from '../diff/remake.ts'
import { deferralSql } from './attached.ts'
import { constraintExtras } from './constraint.ts'
import { raw, type Statement, sqlName, tableSqlName } from './emitter.ts'
import { qualifiedName, quoteIdentifier } from './sql.ts'
import { definitionAlone, indexExtras } from './table-index.ts'

/** What stands at the head of the file. */
export const CONCURRENTLY_NOTES = [
  'Outside of a transaction, so what fails here stays half-done. Each part first takes away',
  'what such a run has left: it can run again.',
] as const

/**
 * The statements of a step of a plan that is `concurrently`, but the comment.
 *
 * @returns null for a step of another kind
 */
export function concurrentStatements(step: Step): Statement[] | null {
  if (step.action !== 'create' && step.action !== 'drop') return null
  const { object, sides } = step
  if (object.kind === 'index') {
    if (step.action === 'create') return createIndex(object, sides)
    return step.replaced ? [] : [dropIndex(object, object.name, sides.live)]
  }
  if (object.kind !== 'constraint') return null
  return step.action === 'create' ? createKey(object, step) : [dropConstraint(object, sides.live)]
}

function createIndex(index: TableIndex, sides: Sides): Statement[] {
  const { live, target } = sides
  const extras = indexExtras(index, sides)
  if (index.partitioned)
    return [dropIndex(index, index.name, target), ...partitionedIndex(index, target), ...extras]
  if (!live.objects.has(index.identity))
    return [dropIndex(index, index.name, target), build(index, index.name, target), ...extras]
  // The old index serves until the new one can.
  const interim = freeName(index, '_new', sides)
  return [
    dropIndex(index, interim, target),
    build(index, interim, target),
    dropIndex(index, index.name, live),
    raw(
      `alter index ${qualifiedName(index.schema, interim, target)} rename to ${quoteIdentifier(index.name)}`,
    ),
    ...extras,
  ]
}

/** The index of the partitioned table alone, that of each partition, and each put into its place; the last makes it valid. */
function partitionedIndex(index: TableIndex, target: Catalog): Statement[] {
  const parts = attachedTo(index.identity, target).filter((part) => part.kind === 'index')
  return [
    raw(definitionAlone(index, target)),
    ...parts.flatMap((part) => [
      ...(part.partitioned
        ? partitionedIndex(part, target)
        : [dropIndex(part, part.name, target), build(part, part.name, target)]),
      raw(`alter index ${sqlName(index, target)} attach partition ${sqlName(part, target)}`),
    ]),
  ]
}

function build(index: TableIndex, name: string, target: Catalog): Statement {
  return raw(definitionAlone(index, target, { name, concurrently: true }))
}

function dropIndex(index: TableIndex, name: string, catalog: Catalog): Statement {
  const concurrently = index.partitioned ? '' : 'concurrently '
  return raw(`drop index ${concurrently}if exists ${qualifiedName(index.schema, name, catalog)}`)
}

/** A key comes of an index that was built before, which takes a moment; a first run that was broken off may have got so far. */
function createKey(key: Constraint, { sides }: CreateStep): Statement[] {
  const { target } = sides
  const table = tableSqlName(key, target)
  const name = quoteIdentifier(key.name)
  const nulls = key.nullsNotDistinct ? ' nulls not distinct' : ''
  return [
    dropConstraint(key, target),
    raw(`drop index concurrently if exists ${sqlName(key, target)}`),
    raw(
      `create unique index concurrently ${name} on ${table} (${key.columns.map(quoteIdentifier).join(', ')})${nulls}`,
    ),
    raw(`alter table ${table} add constraint ${name} ${key.type} using index ${name}${deferralSql(key)}`),
    ...constraintExtras(key, sides),
  ]
}

function dropConstraint(key: Constraint, catalog: Catalog): Statement {
  return raw(
    `alter table ${tableSqlName(key, catalog)} drop constraint if exists ${quoteIdentifier(key.name)}`,
  )
}
