/** Writing indexes. */

import { isIncomplete } from '../catalog/attachment.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { IndexKey, TableIndex } from '../catalog/table-index.ts'
import { attachedTo, isSameKind } from '../diff/attached.ts'
import type { Sides } from '../diff/change.ts'
import { tokensOf } from '../sql/lexer.ts'
import { attachments, commentsBelow, ofClone } from './attached.ts'
import { clusterMoves, clusterOn } from './clustered.ts'
import {
  aspectsOf,
  builder,
  builderName,
  inSchema,
  isBuilderName,
  type KindEmitter,
  raw,
  type Statement,
  sqlName,
  tableSqlName,
} from './emitter.ts'
import { allStatistics, statisticsMoves } from './index-statistics.ts'
import { restoreReplicaIdentity } from './replica-identity.ts'
import { quoteString, quoteStrings, sqlTemplate } from './source.ts'
import { parameterMoves, quoteIdentifier } from './sql.ts'

export const tableIndexEmitter: KindEmitter<TableIndex> = {
  create: ({ object, sides }) => [
    ...(ofClone(object, sides) ?? [create(object, sides.target), ...attachments(object, sides)]),
    ...indexExtras(object, sides),
    ...commentsBelow(object, sides),
    ...restoreReplicaIdentity(object, sides),
  ],
  drop: ({ object, sides }) => {
    // PostgreSQL takes along the index of a partition, but a key that a partition has for it only when told to.
    const cascades = attachedTo(object.identity, sides.live).some((part) => !isSameKind(part, object))
    if (cascades || !isBuilderName(object.schema, object.name, sides.live))
      return [raw(`drop index ${sqlName(object, sides.live)}${cascades ? ' cascade' : ''}`)]
    return [builder(...inSchema(object.schema, 'dropIndex', object.name, sides.live))]
  },
  alter: (step) => {
    const { before, after, sides } = step
    const aspects = aspectsOf(step)
    const name = sqlName(after, sides.target)
    return [
      ...(aspects.has('attached to') ? attachments(after, sides) : []),
      ...(aspects.has('storage parameters')
        ? parameterMoves(before.options, after.options).map((move) => raw(`alter index ${name} ${move}`))
        : []),
      ...(aspects.has('tablespace')
        ? [raw(`alter index ${name} set tablespace ${quoteIdentifier(after.tablespace ?? 'pg_default')}`)]
        : []),
      ...(aspects.has('clustered') ? clusterMoves(after, sides.target) : []),
      ...(aspects.has('statistics') ? statisticsMoves(before, after, sides) : []),
    ]
  },
  commentTarget: (index, catalog) => `index ${sqlName(index, catalog)}`,
}

/** What an index has beyond its definition: statements that follow it. */
export function indexExtras(index: TableIndex, sides: Sides): Statement[] {
  return [...allStatistics(index, sides), ...clusterOn(index, sides.target)]
}

function create(index: TableIndex, catalog: Catalog): Statement {
  const sayable =
    !isIncomplete(index) &&
    index.include.length === 0 &&
    index.options.length === 0 &&
    index.tablespace === null
  if (!sayable || !isBuilderName(index.schema, index.table, catalog) || index.name.includes('.'))
    return raw(definition(index, catalog))
  return builder(
    `.createIndex(${quoteString(index.name)})`,
    ...(index.unique ? ['.unique()'] : []),
    `.on(${quoteString(builderName(index.schema, index.table, catalog))})`,
    ...(index.method === 'btree' ? [] : [`.using(${quoteString(index.method)})`]),
    ...keyCalls(index),
    ...(index.nullsNotDistinct ? ['.nullsNotDistinct()'] : []),
    ...(index.predicate === null ? [] : [`.where(${sqlTemplate(index.predicate, 'boolean')})`]),
  )
}

/** PostgreSQL's own words, but that an index on a partitioned table reaches its partitions too where all have it. */
function definition(index: TableIndex, catalog: Catalog): string {
  const whole = {
    ...index,
    definition: isIncomplete(index) ? index.definition : index.definition.replace(' ON ONLY ', ' ON '),
  }
  return definitionAlone(whole, catalog)
}

/**
 * PostgreSQL's own words in lower case, which on a partitioned table make the index of that alone.
 *
 * @param how under another name, or beside running work
 */
export function definitionAlone(
  index: TableIndex,
  catalog: Catalog,
  {
    name = index.name,
    concurrently = false,
  }: { readonly name?: string; readonly concurrently?: boolean } = {},
): string {
  const { definition: printed, tablespace, predicate } = index
  const text = tablespace === null ? printed : withTablespace(printed, tablespace, predicate !== null)
  let head = `create${index.unique ? ' unique' : ''} index${concurrently ? ' concurrently' : ''} ${quoteIdentifier(name)} on `
  let rest: string | null = null
  for (const { kind, start, end } of tokensOf(text)) {
    const token = text.slice(start, end)
    if (rest !== null) rest += kind === 'word' && /^[A-Z]+$/.test(token) ? token.toLowerCase() : token
    else if (kind === 'word' && token === 'ONLY') head += 'only '
    else if (kind === 'word' && token === 'USING') rest = 'using'
  }
  return `${head}${tableSqlName(index, catalog)} ${rest ?? ''}`
}

/** `tablespace` stands before `where` in the grammar, and `pg_get_indexdef` leaves it out. */
function withTablespace(text: string, tablespace: string, partial: boolean): string {
  const clause = ` TABLESPACE ${quoteIdentifier(tablespace)}`
  const at = partial ? text.lastIndexOf(' WHERE ') : -1
  return at === -1 ? `${text}${clause}` : `${text.slice(0, at)}${clause}${text.slice(at)}`
}

function keyCalls(index: TableIndex): string[] {
  const plain = index.keys.map((key) => plainColumn(key))
  const names = plain.filter((name): name is string => name !== null)
  if (names.length === plain.length && names.length > 1) return [`.columns(${quoteStrings(names)})`]
  return index.keys.map((key, i) => {
    const name = plain[i]
    if (typeof name === 'string') return `.column(${quoteString(name)})`
    return `.expression(${sqlTemplate(keySql(key))})`
  })
}

/** A key that `column()` can say: it splits at a space, and knows `desc` but not where nulls go. */
function plainColumn(key: IndexKey): string | null {
  if (
    key.column === null ||
    key.extras !== null ||
    /[ .]/.test(key.column) ||
    key.descending !== key.nullsFirst
  )
    return null
  return key.descending ? `${key.column} desc` : key.column
}

function keySql(key: IndexKey): string {
  const order = key.descending ? ' desc' : ''
  const nulls = key.descending === key.nullsFirst ? '' : key.nullsFirst ? ' nulls first' : ' nulls last'
  return `${key.sql}${key.extras === null ? '' : ` ${key.extras}`}${order}${nulls}`
}
