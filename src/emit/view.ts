/** Writing views. */
import type { Catalog, WrittenQuery } from '../catalog/catalog.ts'
import type { Identity } from '../catalog/object.ts'
import type { RelationColumn } from '../catalog/relation-columns.ts'
import type { View } from '../catalog/view.ts'
import { COLUMN_COMMENTS } from '../diff/relation-comments.ts'
import {
  aspectsOf,
  builder,
  inSchema,
  isBuilderName,
  type KindEmitter,
  raw,
  type Statement,
  sqlName,
} from './emitter.ts'
import { quoteStrings, sqlTemplate } from './source.ts'
import { indentSql, parameterMoves, quoteIdentifier, quoteLiteral, storageParameters } from './sql.ts'

export const viewEmitter: KindEmitter<View> = {
  create: ({ object, sides }) => [
    createView(object, false, sides.target),
    ...object.defaults.map(([column, expression]) => setDefault(object, column, expression, sides.target)),
    ...relationColumnComments(sqlName(object, sides.target), [], object.columns),
  ],
  drop: ({ object, sides }) => {
    if (!isBuilderName(object.schema, object.name, sides.live))
      return [raw(`drop view ${sqlName(object, sides.live)}`)]
    return [builder(...inSchema(object.schema, 'dropView', object.name, sides.live))]
  },
  alter: (step) => {
    const { before, after, sides } = step
    const aspects = aspectsOf(step)
    const name = sqlName(after, sides.target)
    const statements: Statement[] = []
    if (aspects.has('query')) statements.push(createView(after, true, sides.target))
    else if (aspects.has('options')) {
      statements.push(
        ...parameterMoves(before.options, after.options).map((what) => raw(`alter view ${name} ${what}`)),
      )
    }
    if (aspects.has('defaults')) {
      const kept = new Set(after.defaults.map(([column]) => column))
      for (const [column] of before.defaults) {
        if (!kept.has(column))
          statements.push(raw(`alter view ${name} alter column ${quoteIdentifier(column)} drop default`))
      }
      for (const [column, expression] of after.defaults)
        statements.push(setDefault(after, column, expression, sides.target))
    }
    if (aspects.has(COLUMN_COMMENTS))
      statements.push(...relationColumnComments(name, before.columns, after.columns))
    return statements
  },
  commentTarget: (view, catalog) => `view ${sqlName(view, catalog)}`,
}

function createView(view: View, replaces: boolean, catalog: Catalog): Statement {
  const query = queryOf(view, catalog)
  if (view.options.length > 0 || !isBuilderName(view.schema, view.name, catalog)) {
    const options = view.options.length > 0 ? ` with (${storageParameters(view.options)})` : ''
    const head = `create ${replaces ? 'or replace ' : ''}view ${sqlName(view, catalog)}`
    return raw(`${head}${columnList(query)}${options} as\n${query.sql}`)
  }
  return builder(
    ...inSchema(view.schema, 'createView', view.name, catalog),
    ...columnsCall(query),
    ...(replaces ? ['.orReplace()'] : []),
    `.as(${queryTemplate(query)})`,
  )
}

/** A view's query as its declaration has it, where that is known, else as PostgreSQL prints it. */
export function queryOf(
  view: { readonly identity: Identity; readonly query: string },
  catalog: Catalog,
): WrittenQuery {
  // PostgreSQL's printer puts a space in front.
  return catalog.writtenQueries?.get(view.identity) ?? { sql: view.query.trimStart(), columns: [] }
}

/** A query as a template over lines of its own. */
export function queryTemplate({ sql }: WrittenQuery): string {
  return sqlTemplate(`\n      ${indentSql(sql, '      ')}\n    `)
}

/** ` (a, b)` as it follows a view's name; empty where the query names its columns. */
export function columnList({ columns }: WrittenQuery): string {
  return columns.length === 0 ? '' : ` (${columns.map(quoteIdentifier).join(', ')})`
}

/** The same as a call of the builder. */
export function columnsCall({ columns }: WrittenQuery): string[] {
  return columns.length === 0 ? [] : [`.columns(${quoteStrings(columns)})`]
}

/** The comments on a view's columns that differ, as statements. */
export function relationColumnComments(
  name: string,
  before: readonly RelationColumn[],
  after: readonly RelationColumn[],
): Statement[] {
  const known = new Map(before.map((column) => [column.name, column.comment]))
  return after
    .filter((column) => (known.get(column.name) ?? null) !== column.comment)
    .map((column) =>
      raw(
        `comment on column ${name}.${quoteIdentifier(column.name)} is ${column.comment === null ? 'null' : quoteLiteral(column.comment)}`,
      ),
    )
}

function setDefault(view: View, column: string, expression: string, catalog: Catalog): Statement {
  return raw(
    `alter view ${sqlName(view, catalog)} alter column ${quoteIdentifier(column)} set default ${expression}`,
  )
}
