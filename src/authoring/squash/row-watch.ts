/** Seeing which revisions write rows, while they run on a shadow database: what a comparison of schemas cannot tell. */
import type { KyselyPlugin } from 'kysely'
import type { Session } from '../../database/session.ts'
import { fillingsOf, rawTextOf } from './filling-statements.ts'
import { sharedChangesIn } from './shared-statements.ts'

/** A revision, and what it does to rows: `update public.users`, `insert`. */
export interface RowWrite {
  readonly revision: string
  readonly actions: readonly string[]
}

export interface Watched {
  readonly rows: readonly RowWrite[]
  /** What revisions change beside the database, in words. */
  readonly shared: readonly string[]
}

export interface RowWatch {
  /** The same session, on which statements are seen that write rows even where there are none yet. */
  readonly session: Session
  /** Sums up the revision that has just run. */
  look(revision: string): Promise<void>
  /** Takes everything away again that the watch has put into the database. */
  end(): Promise<Watched>
}

interface Seen {
  readonly revision: string
  readonly table: number
  readonly operation: string
}

interface HiddenTable {
  readonly schema: string
  readonly name: string
}

const SCHEMA = 'dbmig_row_watch'

/**
 * Watches three things, each of which alone would miss something: a trigger on every table sees what functions do, and statements
 * that meet no row on an empty shadow; the rows of new tables show what filled them; and the statements themselves show a move of
 * rows into a table that the same revision makes, where there is no row to move.
 *
 * What only changes rows of tables that the range itself makes, and leaves none, is nothing that any database would miss: there
 * are no rows but those of the tables below.
 *
 * @param hidden tables that are not watched: the ledger's
 */
export async function watchRows(session: Session, hidden: readonly HiddenTable[]): Promise<RowWatch> {
  await session.execute(`
    create schema ${SCHEMA};
    create table ${SCHEMA}.seen (relation oid, operation text);
    create table ${SCHEMA}.watched (relation oid primary key, made boolean);
    create function ${SCHEMA}.note() returns trigger language plpgsql security definer as
      $$ begin insert into ${SCHEMA}.seen values (tg_relid, lower(tg_op)); return null; end $$`)
  for (const { schema, name } of hidden)
    await session.query(
      `insert into ${SCHEMA}.watched select c.oid, true from pg_class c where relname = $1 and relnamespace::regnamespace::text = quote_ident($2)`,
      [name, schema],
    )
  const before = (await watchNewTables(session, false)).length
  const seen: Seen[] = []
  const statements = new Map<string, ReadonlySet<string>>()
  const shared = new Map<string, ReadonlySet<string>>()
  const running = { fillings: new Set<string>(), shared: new Set<string>() }
  return {
    session: withPlugin(session, spy(running)),
    async look(revision) {
      statements.set(revision, new Set(running.fillings))
      shared.set(revision, new Set(running.shared))
      running.fillings.clear()
      running.shared.clear()
      for (const { table, operation } of await takeSeen(session)) seen.push({ revision, table, operation })
      for (const { table, filled } of await watchNewTables(session, true))
        if (filled) seen.push({ revision, table, operation: 'insert' })
    },
    async end() {
      const tables = await tablesNow(session)
      await session.execute(`drop schema ${SCHEMA} cascade`)
      const rowsBelow = before > 0
      const rows = [...statements].flatMap(([revision, verbs]) => {
        const named = seen.flatMap(({ revision: by, table, operation }) => {
          const found = by === revision ? tables.get(table) : undefined
          if (!found) return []
          const matters = !found.made || found.filled || (rowsBelow && operation === 'insert')
          return matters ? [{ operation, text: `${phrase[operation] ?? operation} ${found.name}` }] : []
        })
        const told = named.some(({ operation }) => operation === 'insert')
        const rest = rowsBelow && !told ? [...verbs] : []
        const actions = [...new Set([...named.map(({ text }) => text), ...rest])]
        return actions.length === 0 ? [] : [{ revision, actions }]
      })
      const beyond = [...shared].flatMap(([revision, whats]) =>
        [...whats].map((what) => `${what}, which all databases of the server share: ${revision}`),
      )
      return { rows, shared: beyond }
    },
  }
}

const phrase: Readonly<Record<string, string>> = { insert: 'insert into', delete: 'delete from' }

const USER_TABLES = `pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', '${SCHEMA}')`

async function watchNewTables(
  session: Session,
  made: boolean,
): Promise<{ readonly table: number; readonly filled: boolean }[]> {
  const rows = await session.query<{ relation: number; name: string }>(
    `select c.oid::int8::float8 as relation, format('%I.%I', n.nspname, c.relname) as name
     from ${USER_TABLES} and c.oid not in (select relation from ${SCHEMA}.watched)`,
  )
  const found = []
  for (const { relation, name } of rows) {
    found.push({ table: relation, filled: made && (await hasRows(session, name)) })
    await session.execute(
      `insert into ${SCHEMA}.watched values (${relation}, ${made});
       create trigger dbmig_row_watch after insert or update or delete or truncate on ${name}
         for each statement execute function ${SCHEMA}.note();
       alter table ${name} enable always trigger dbmig_row_watch`,
    )
  }
  return found
}

function takeSeen(session: Session): Promise<{ table: number; operation: string }[]> {
  return session.query(
    `with taken as (delete from ${SCHEMA}.seen returning relation, operation)
     select distinct relation::int8::float8 as "table", operation from taken order by 1, 2`,
  )
}

interface WatchedTable {
  readonly name: string
  /** By the range itself. */
  readonly made: boolean
  readonly filled: boolean
}

/** The watched tables that are still there. */
async function tablesNow(session: Session): Promise<Map<number, WatchedTable>> {
  const rows = await session.query<{ relation: number; name: string; made: boolean }>(
    `select c.oid::int8::float8 as relation, format('%I.%I', n.nspname, c.relname) as name, w.made
     from ${SCHEMA}.watched w join pg_class c on c.oid = w.relation join pg_namespace n on n.oid = c.relnamespace`,
  )
  const tables = new Map<number, WatchedTable>()
  for (const { relation, name, made } of rows)
    tables.set(relation, { name, made, filled: made && (await hasRows(session, name)) })
  return tables
}

async function hasRows(session: Session, table: string): Promise<boolean> {
  const [row] = await session.query<{ found: boolean }>(`select exists (select from only ${table}) as found`)
  return row?.found === true
}

function withPlugin(session: Session, plugin: KyselyPlugin): Session {
  return { ...session, kysely: async (around) => (await session.kysely(around)).withPlugin(plugin) }
}

/** Notes how each statement of a revision fills tables, and what it changes that databases share. */
function spy({ fillings, shared }: Record<'fillings' | 'shared', Set<string>>): KyselyPlugin {
  return {
    transformQuery({ node }) {
      for (const verb of fillingsOf(node)) fillings.add(verb)
      for (const what of sharedChangesIn(rawTextOf(node) ?? '')) shared.add(what)
      return node
    },
    async transformResult({ result }) {
      return result
    },
  }
}
