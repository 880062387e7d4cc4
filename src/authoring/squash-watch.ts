/** Seeing which revisions write rows, while they run on a shadow database: what a comparison of schemas cannot tell. */
import type { KyselyPlugin } from 'kysely'
import type { Session } from '../database/session.ts'
import { rowStatementsOf } from './row-statements.ts'

/** A revision, and what it does to rows: `insert into public.users`, `update`. */
export interface RowWrite {
  readonly revision: string
  readonly actions: readonly string[]
}

export interface RowWatch {
  /** The same session, on which statements are seen that write rows even where there are none yet. */
  readonly session: Session
  /** Sums up the revision that has just run. */
  look(revision: string): Promise<void>
  /** Takes everything away again that the watch has put into the database. */
  end(): Promise<readonly RowWrite[]>
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
  await watchNewTables(session, false)
  const seen: Seen[] = []
  const statements = new Map<string, Set<string>>()
  const running = new Set<string>()
  return {
    session: withPlugin(session, spy(running)),
    async look(revision) {
      statements.set(revision, new Set(running))
      running.clear()
      for (const { table, operation } of await takeSeen(session)) seen.push({ revision, table, operation })
      for (const table of await watchNewTables(session, true))
        seen.push({ revision, table, operation: 'insert' })
    },
    async end() {
      const tables = await lastingTables(session)
      await session.execute(`drop schema ${SCHEMA} cascade`)
      return [...statements].flatMap(([revision, verbs]) => {
        const lasting = seen.filter((one) => one.revision === revision && tables.has(one.table))
        const named = lasting.map(
          ({ operation, table }) => `${phrase[operation] ?? operation} ${tables.get(table)}`,
        )
        const rest = [...verbs].filter((verb) => !lasting.some(({ operation }) => operation === verb))
        const actions = [...new Set([...named, ...rest])]
        return actions.length === 0 ? [] : [{ revision, actions }]
      })
    },
  }
}

const phrase: Readonly<Record<string, string>> = { insert: 'insert into', delete: 'delete from' }

const USER_TABLES = `pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', '${SCHEMA}')`

/** @returns the new tables that have rows */
async function watchNewTables(session: Session, made: boolean): Promise<number[]> {
  const rows = await session.query<{ relation: number; name: string }>(
    `select c.oid::int8::float8 as relation, format('%I.%I', n.nspname, c.relname) as name
     from ${USER_TABLES} and c.oid not in (select relation from ${SCHEMA}.watched)`,
  )
  const filled: number[] = []
  for (const { relation, name } of rows) {
    if (made && (await hasRows(session, name))) filled.push(relation)
    await session.execute(
      `insert into ${SCHEMA}.watched values (${relation}, ${made});
       create trigger dbmig_row_watch after insert or update or delete or truncate on ${name}
         for each statement execute function ${SCHEMA}.note();
       alter table ${name} enable always trigger dbmig_row_watch`,
    )
  }
  return filled
}

function takeSeen(session: Session): Promise<{ table: number; operation: string }[]> {
  return session.query(
    `with taken as (delete from ${SCHEMA}.seen returning relation, operation)
     select distinct relation::int8::float8 as "table", operation from taken order by 1, 2`,
  )
}

/** The tables in which something may be missing afterwards: those that were there before, and new ones that have rows. */
async function lastingTables(session: Session): Promise<Map<number, string>> {
  const rows = await session.query<{ relation: number; name: string; made: boolean }>(
    `select c.oid::int8::float8 as relation, format('%I.%I', n.nspname, c.relname) as name, w.made
     from ${SCHEMA}.watched w join pg_class c on c.oid = w.relation join pg_namespace n on n.oid = c.relnamespace`,
  )
  const tables = new Map<number, string>()
  for (const { relation, name, made } of rows) {
    if (!made || (await hasRows(session, name))) tables.set(relation, name)
  }
  return tables
}

async function hasRows(session: Session, table: string): Promise<boolean> {
  const [row] = await session.query<{ found: boolean }>(`select exists (select from only ${table}) as found`)
  return row?.found === true
}

function withPlugin(session: Session, plugin: KyselyPlugin): Session {
  return {
    engine: session.engine,
    address: session.address,
    serverVersion: session.serverVersion,
    query: (sql, parameters) => session.query(sql, parameters),
    execute: (script) => session.execute(script),
    kysely: async () => (await session.kysely()).withPlugin(plugin),
    cancel: () => session.cancel(),
    close: () => session.close(),
  }
}

/** Adds to `verbs` what each statement of a revision does to rows. */
function spy(verbs: Set<string>): KyselyPlugin {
  return {
    transformQuery({ node }) {
      for (const verb of rowStatementsOf(node)) verbs.add(verb)
      return node
    },
    async transformResult({ result }) {
      return result
    },
  }
}
