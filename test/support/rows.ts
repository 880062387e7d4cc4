/** What a database holds: the rows of its tables, and how far its sequences have come. */
import type { Session } from '../../src/database/session.ts'

/** By table and by sequence, as text that is equal where the data is; empty where there are no rows at all. */
export async function dataOf(session: Session): Promise<Readonly<Record<string, string>>> {
  const tables = await session.query<{ name: string }>(`
    select c.oid::regclass::text as name from pg_class c
    where c.relkind = 'r' and c.relnamespace::regnamespace::text !~ '^(pg_|information_schema)' order by 1`)
  if (tables.length === 0) return {}
  const rows = tables.map(({ name }) => {
    const literal = `'${name.replaceAll("'", "''")}'`
    return `select ${literal} as name, jsonb_agg(to_jsonb(r) order by to_jsonb(r)::text)::text as data from only ${name} r`
  })
  const sequences = `select format('sequence %I.%I', schemaname, sequencename), last_value::text from pg_sequences`
  const found = await session.query<{ name: string; data: string | null }>(
    [...rows, sequences].join(' union all '),
  )
  const held = found.flatMap(({ name, data }) => (data === null ? [] : [[name, data] as const]))
  return held.some(([name]) => !name.startsWith('sequence ')) ? Object.fromEntries(held) : {}
}
