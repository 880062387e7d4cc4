/** Writing materialized views. */
import { type Catalog, findObject } from '../catalog/catalog.ts'
import type { ColumnSettings, MaterializedView } from '../catalog/materialized-view.ts'
import type { Sides } from '../diff/change.ts'
import { COLUMN_SETTINGS } from '../diff/materialized-view.ts'
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
import { parameterMoves, quoteIdentifier, storageParameters } from './sql.ts'
import { columnList, columnsCall, queryOf, queryTemplate, relationColumnComments } from './view.ts'

export const materializedViewEmitter: KindEmitter<MaterializedView> = {
  create: ({ object, sides }) => {
    return [
      create(asPopulated(object, sides), sides.target),
      ...columnMoves(object, [], object.columnSettings, sides.target),
      ...relationColumnComments(sqlName(object, sides.target), [], object.columns),
    ]
  },
  drop: ({ object, sides }) => {
    if (!isBuilderName(object.schema, object.name, sides.live))
      return [raw(`drop materialized view ${sqlName(object, sides.live)}`)]
    return [builder(...inSchema(object.schema, 'dropView', object.name, sides.live), '.materialized()')]
  },
  alter: (step) => {
    const { before, after, sides } = step
    const aspects = aspectsOf(step)
    const name = sqlName(after, sides.target)
    const alter = (what: string): Statement => raw(`alter materialized view ${name} ${what}`)
    return [
      ...(aspects.has('storage parameters') ? parameterMoves(before.options, after.options).map(alter) : []),
      ...(aspects.has('access method')
        ? [alter(`set access method ${quoteIdentifier(after.accessMethod ?? 'heap')}`)]
        : []),
      ...(aspects.has('tablespace')
        ? [alter(`set tablespace ${quoteIdentifier(after.tablespace ?? 'pg_default')}`)]
        : []),
      ...(aspects.has(COLUMN_SETTINGS)
        ? columnMoves(after, before.columnSettings, after.columnSettings, sides.target)
        : []),
      ...(aspects.has(COLUMN_COMMENTS) ? relationColumnComments(name, before.columns, after.columns) : []),
    ]
  },
  commentTarget: (view, catalog) => `materialized view ${sqlName(view, catalog)}`,
}

/** One that is made again around a change holds rows after it if it did before, whatever its declaration says. */
function asPopulated(view: MaterializedView, { live }: Sides): MaterializedView {
  const before = findObject(live, 'materialized view', view.identity)
  return before?.populated ? { ...view, populated: true } : view
}

function create(view: MaterializedView, catalog: Catalog): Statement {
  const query = queryOf(view, catalog)
  const plain =
    view.options.length === 0 && view.accessMethod === null && view.tablespace === null && view.populated
  if (plain && isBuilderName(view.schema, view.name, catalog)) {
    const name = inSchema(view.schema, 'createView', view.name, catalog)
    return builder(...name, ...columnsCall(query), '.materialized()', `.as(${queryTemplate(query)})`)
  }
  const clauses = [
    ...(view.accessMethod === null ? [] : [`using ${quoteIdentifier(view.accessMethod)}`]),
    ...(view.options.length === 0 ? [] : [`with (${storageParameters(view.options)})`]),
    ...(view.tablespace === null ? [] : [`tablespace ${quoteIdentifier(view.tablespace)}`]),
  ]
  const head = [`create materialized view ${sqlName(view, catalog)}${columnList(query)}`, ...clauses].join(
    ' ',
  )
  return raw(`${head} as\n${query.sql}${view.populated ? '' : '\nwith no data'}`)
}

/** From one way to store and measure the columns to another. */
function columnMoves(
  view: MaterializedView,
  before: readonly ColumnSettings[],
  after: readonly ColumnSettings[],
  catalog: Catalog,
): Statement[] {
  const [old, wanted] = [settingsByName(before), settingsByName(after)]
  return [...new Set([...old.keys(), ...wanted.keys()])].flatMap((name) => {
    const storage = (old.get(name) ?? wanted.get(name))?.usualStorage ?? 'extended'
    const usual: ColumnSettings = {
      name,
      storage,
      usualStorage: storage,
      compression: null,
      statistics: -1,
      options: [],
    }
    const [from, to] = [old.get(name) ?? usual, wanted.get(name) ?? usual]
    return [
      ...(from.storage === to.storage ? [] : [`set storage ${to.storage}`]),
      ...(from.compression === to.compression ? [] : [`set compression ${to.compression ?? 'default'}`]),
      ...(from.statistics === to.statistics ? [] : [`set statistics ${to.statistics}`]),
      ...parameterMoves(from.options, to.options),
    ].map((what) =>
      raw(`alter materialized view ${sqlName(view, catalog)} alter column ${quoteIdentifier(name)} ${what}`),
    )
  })
}

function settingsByName(settings: readonly ColumnSettings[]): Map<string, ColumnSettings> {
  return new Map(settings.map((one) => [one.name, one]))
}
