/** What a column is made of: its type, default, identity and the rest, for the builder and in SQL. */
import type { Catalog } from '../catalog/catalog.ts'
import type { Column } from '../catalog/column.ts'
import type { CatalogObject } from '../catalog/kinds.ts'
import { raw, type Statement, tableSqlName } from './emitter.ts'
import { optionsClause } from './foreign-options.ts'
import { isPlainNotNull, namedNotNull, notNullExtras } from './not-null.ts'
import { sequenceOptions } from './sequence.ts'
import { call, quoteString, sqlTemplate } from './source.ts'
import { quoteIdentifier } from './sql.ts'
import { columnType, defaultValue } from './types.ts'

/**
 * The `addColumn` call of a column.
 *
 * @param parts what is made with it: its `serial` sequence
 * @param inline calls for the constraints that the column carries itself: `primaryKey()`, `references(…)`
 */
export function addColumn(
  column: Column,
  parts: readonly CatalogObject[],
  inline: readonly string[],
  catalog: Catalog,
): string {
  const serial = parts.some((part) => part.kind === 'sequence' && part.ownedBy === column.identity)
  const type = serial ? serialType(column) : columnType(column.type)
  const calls = [
    ...columnCalls(
      column,
      serial,
      inline.some((one) => one.startsWith('.primaryKey')),
      catalog,
    ),
    ...inline,
  ]
  return call('addColumn', [
    quoteString(column.name),
    type,
    ...(calls.length === 0 ? [] : [`(c) => c${calls.join('')}`]),
  ])
}

/** Kysely knows `serial` and `bigserial`, but not `smallserial`. */
function serialType(column: Column): string {
  const type = SERIAL[column.type] ?? 'serial'
  return type === 'smallserial' ? sqlTemplate(type) : quoteString(type)
}

const SERIAL: Readonly<Record<string, string>> = {
  smallint: 'smallserial',
  integer: 'serial',
  bigint: 'bigserial',
}

function columnCalls(column: Column, serial: boolean, isKey: boolean, catalog: Catalog): string[] {
  const { identityColumn, generated } = column
  const calls: string[] = []
  if (column.collation !== null) calls.push(`.modifyFront(${sqlTemplate(`collate ${column.collation}`)})`)
  if (identityColumn !== null) {
    const options = identityOptions(column, catalog)
    const always = identityColumn.generation === 'always'
    if (options.length > 0) {
      calls.push(
        `.modifyFront(${sqlTemplate(`generated ${identityColumn.generation} as identity (${options.join(' ')})`)})`,
      )
    } else calls.push(always ? '.generatedAlwaysAsIdentity()' : '.generatedByDefaultAsIdentity()')
  }
  if (generated !== null) {
    calls.push(
      `.generatedAlwaysAs(${sqlTemplate(generated.expression)})${generated.stored ? '.stored()' : ''}`,
    )
  }
  if (column.default !== null && !serial)
    calls.push(`.defaultTo(${defaultValue(column.default, column.baseType)})`)
  const named = namedNotNull(column)
  if (named !== null) calls.push(`.modifyEnd(${sqlTemplate(named)})`)
  else if (isPlainNotNull(column) && !serial && !isKey && identityColumn === null) calls.push('.notNull()')
  return calls
}

/** A column as `create table` and `add column` take it, for names that the builder cannot say. */
export function columnSql(column: Column, parts: readonly CatalogObject[], catalog: Catalog): string {
  const serial = parts.some((part) => part.kind === 'sequence' && part.ownedBy === column.identity)
  const { identityColumn, generated } = column
  const words = [quoteIdentifier(column.name), serial ? (SERIAL[column.type] ?? 'serial') : column.type]
  const options = optionsClause(column.foreignOptions ?? []).trim()
  if (options !== '') words.push(options)
  if (column.collation !== null) words.push(`collate ${column.collation}`)
  if (identityColumn !== null) {
    words.push(identityWords(column, catalog))
  }
  if (generated !== null)
    words.push(`generated always as (${generated.expression})${generated.stored ? ' stored' : ''}`)
  if (column.default !== null && !serial) words.push(`default ${column.default}`)
  const named = namedNotNull(column)
  if (named !== null) words.push(named)
  else if (isPlainNotNull(column) && !serial && identityColumn === null) words.push('not null')
  return words.join(' ')
}

/** `generated … as identity (…)`. */
export function identityWords(column: Column, catalog: Catalog): string {
  const options = identityOptions(column, catalog)
  const generation = column.identityColumn?.generation ?? 'always'
  return `generated ${generation} as identity${options.length > 0 ? ` (${options.join(' ')})` : ''}`
}

/** The options of `generated … as identity (…)` that differ from PostgreSQL's own choice. */
export function identityOptions(column: Column, catalog: Catalog): string[] {
  const { identityColumn } = column
  if (identityColumn === null) return []
  const usual = `${column.table}_${column.name}_seq`
  const named = identityColumn.sequenceName !== usual || identityColumn.sequenceSchema !== column.schema
  const schema =
    identityColumn.sequenceSchema === catalog.defaultSchema
      ? ''
      : `${quoteIdentifier(identityColumn.sequenceSchema)}.`
  return [
    ...(named ? [`sequence name ${schema}${quoteIdentifier(identityColumn.sequenceName)}`] : []),
    ...sequenceOptions(identityColumn, column.type),
  ]
}

/** What a column has beyond `create table`: statements that follow it. */
export function columnExtras(column: Column, catalog: Catalog): Statement[] {
  const alter = (what: string): Statement =>
    raw(`alter table ${tableSqlName(column, catalog)} alter column ${quoteIdentifier(column.name)} ${what}`)
  return [
    ...(column.storage === null ? [] : [alter(`set storage ${column.storage}`)]),
    ...(column.compression === null ? [] : [alter(`set compression ${column.compression}`)]),
    ...(column.statistics === null ? [] : [alter(`set statistics ${column.statistics}`)]),
    ...(column.options.length === 0 ? [] : [alter(`set (${column.options.join(', ')})`)]),
    ...notNullExtras(column, catalog),
  ]
}
