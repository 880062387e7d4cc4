/** The queries of a target's views as its declaration has them, where PostgreSQL says that they mean the same. */
import type { WrittenQuery } from '../catalog/catalog.ts'
import { type Identity, identityOf } from '../catalog/object.ts'
import { isPgError } from '../database/pg-error.ts'
import { quoteIdentifier, quoteQualified } from '../database/quote.ts'
import type { Session } from '../database/session.ts'
import type { TargetStatement } from './target-statement.ts'
import { type CreatedView, createdView } from './written-query.ts'

export interface WrittenQueriesOptions {
  /** Where an unqualified name goes. */
  readonly defaultSchema: string
  /** Whether a view is asked for, by its identity. */
  readonly wanted: (identity: Identity) => boolean
}

/**
 * Finds the declared queries of views that are in a database. A text is taken only if PostgreSQL makes the same view of it
 * with nothing but the default schema on the search path: whatever the declaration has set, renamed or added since.
 *
 * @param session on a database with the target schema; it is left as it was
 */
export async function writtenQueries(
  session: Session,
  statements: readonly TargetStatement[],
  { defaultSchema, wanted }: WrittenQueriesOptions,
): Promise<ReadonlyMap<Identity, WrittenQuery>> {
  const candidates = new Map<Identity, CreatedView>()
  for (const { sql, compiled } of statements) {
    const view = compiled ? null : createdView(sql)
    if (view === null) continue
    const identity = identityOf(view.kind, view.schema ?? defaultSchema, view.name)
    if (wanted(identity)) candidates.set(identity, view)
  }
  const same = candidates.size === 0 ? [] : await sameViews(session, [...candidates.values()], defaultSchema)
  const written = new Map<Identity, WrittenQuery>()
  for (const [identity, view] of candidates)
    if (same.includes(view)) written.set(identity, { sql: view.query, columns: view.columns })
  return written
}

/** Those of which PostgreSQL makes the view that is there under their name. */
async function sameViews(
  session: Session,
  views: readonly CreatedView[],
  defaultSchema: string,
): Promise<CreatedView[]> {
  await session.execute('begin')
  try {
    await session.query(`select set_config('search_path', quote_ident($1), true)`, [defaultSchema])
    const made: { readonly view: CreatedView; readonly probe: string }[] = []
    for (const [i, view] of views.entries()) {
      const probe = `dbmig_written_${i}`
      if (await tryToMake(session, probe, view)) made.push({ view, probe: `pg_temp.${probe}` })
    }
    const rows = await session.query<{ place: number }>(sameQuery, [
      made.map(({ probe }) => probe),
      made.map(({ view }) => quoteQualified(view.schema ?? defaultSchema, view.name)),
    ])
    return rows.flatMap(({ place }) => made[place - 1]?.view ?? [])
  } finally {
    await session.execute('rollback')
  }
}

async function tryToMake(session: Session, name: string, { columns, query }: CreatedView): Promise<boolean> {
  const list = columns.length === 0 ? '' : ` (${columns.map(quoteIdentifier).join(', ')})`
  await session.execute('savepoint dbmig_written')
  try {
    await session.execute(`create temporary view ${name}${list} as\n${query}`)
    return true
  } catch (error) {
    if (!isPgError(error)) throw error
    await session.execute('rollback to savepoint dbmig_written')
    return false
  }
}

const columnsOf = (view: string) =>
  `array(select row(attname, atttypid, atttypmod, attcollation)::text from pg_attribute where attrelid = ${view} and attnum > 0 order by attnum)`

const sameQuery = `
  select place::int4
  from unnest($1::text[], $2::text[]) with ordinality as pair(probe, original, place)
  where pg_get_viewdef(to_regclass(probe)) = pg_get_viewdef(to_regclass(original))
    and ${columnsOf('to_regclass(probe)')} = ${columnsOf('to_regclass(original)')}`
