/** The project that the faults hit: a line of revisions, some of them outside a transaction, each with objects that tell whether it ran. */
import { type RevisionText, revisionText, useProject } from '../support/cli.ts'

/** In the order in which they are applied. */
export const revisions: readonly string[] = Array.from({ length: 30 }, (_, i) => idOf(i + 1))

/** How many rows each table gets. */
const rows = 200

function idOf(place: number): string {
  return `r${String(place).padStart(2, '0')}`
}

/** Every fifth is outside a transaction. */
export function isOutside(revision: string): boolean {
  return Number(revision.slice(1)) % 5 === 0
}

/** Makes the project's folder; it is removed when the running test ends. */
export function useFaultProject(url: string): string {
  const files = revisions.map((revision, i) => {
    const text = { revision, down: revisions[i - 1] ?? null, ...bodyOf(revision) }
    return [`migrations/${revision}.ts`, revisionText(text)] as const
  })
  return useProject({
    ...Object.fromEntries(files),
    'dbmig.config.mjs': `export default ${JSON.stringify({ url })}\n`,
  })
}

function bodyOf(revision: string): Pick<RevisionText, 'up' | 'undo' | 'more'> {
  if (isOutside(revision)) {
    const table = `t_${idOf(Number(revision.slice(1)) - 1)}`
    const index = (column: string) =>
      `  await sql\`create index concurrently if not exists i_${revision}_${column} on ${table} (${column})\`.execute(db)`
    const drop = (column: string) =>
      `  await sql\`drop index concurrently if exists i_${revision}_${column}\`.execute(db)`
    return {
      more: 'export const config = { transaction: false }',
      up: [index('id'), index('word')].join('\n'),
      undo: [drop('word'), drop('id')].join('\n'),
    }
  }
  return {
    up: `  await db.schema.createTable('t_${revision}').addColumn('id', 'integer').addColumn('word', 'text').execute()
  await sql\`insert into t_${revision} select i, i::text from generate_series(1, ${rows}) as i\`.execute(db)
  await sql\`select pg_sleep(0.01)\`.execute(db)
  await sql\`create function f_${revision}() returns int language sql return 1\`.execute(db)`,
    undo: `  await sql\`drop function f_${revision}()\`.execute(db)
  await sql\`select pg_sleep(0.01)\`.execute(db)
  await db.schema.dropTable('t_${revision}').execute()`,
  }
}

/** How many objects a revision makes, each told of by a row of `objectsSql`. */
export const objectsPerRevision = 2

/** SQL: `revision` of each object that is whole. A table is, when it holds all its rows. */
export const objectsSql = `
select substr(relname, 3) as revision from pg_class
  where relname like 't\\_r%' and relkind = 'r'
    and (xpath('/row/n/text()', query_to_xml(format('select count(*) as n from %I', relname), false, true, '')))[1]::text::int = ${rows}
union all select substr(proname, 3) from pg_proc where proname like 'f\\_r%'
union all select substr(c.relname, 3, 3) from pg_class c join pg_index i on i.indexrelid = c.oid
  where c.relname like 'i\\_r%' and i.indisvalid`
