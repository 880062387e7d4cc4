/** Whether what a database holds and what its ledger says agree. */
import pg from 'pg'
import { isOutside, objectsPerRevision, objectsSql, revisions } from './project.ts'

interface Held {
  readonly rows: readonly { readonly revision: string; readonly status: string }[]
  /** How many objects of each revision are there. */
  readonly objects: ReadonlyMap<string, number>
  /** What the log says became of each revision, in order. */
  readonly logged: ReadonlyMap<string, readonly string[]>
}

/** Runs statements on a connection of their own: whatever connection was there before, the server may have been restarted. */
export async function ask<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url, application_name: 'faults' })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query<Row>(sql)).rows
  } finally {
    await client.end()
  }
}

/** Waits until the server has noticed the end of all runs: what they held is undone only then. */
export async function untilNoRunIsLeft(url: string): Promise<void> {
  const deadline = performance.now() + 30_000
  for (;;) {
    const left = await ask<{ pid: number; query: string }>(
      url,
      `select pid, query from pg_stat_activity where application_name like 'dbmig%' and datname = current_database()`,
    )
    if (left.length === 0) return
    if (performance.now() > deadline) throw new Error(`A run is left on the server: ${JSON.stringify(left)}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/**
 * What does not agree, in a line each: none in a database that stands between two revisions.
 *
 * A revision in a transaction is there as a whole, recorded and logged, or not at all. One outside may be half there, and then its row
 * says so.
 */
export async function disagreements(url: string): Promise<string[]> {
  const { rows, objects, logged } = await held(url)
  const found: string[] = []
  const status = new Map(rows.map((row) => [row.revision, row.status]))
  let gap = false
  for (const revision of revisions) {
    const says = status.get(revision)
    const there = objects.get(revision) ?? 0
    if (says === undefined) gap = true
    else if (gap) found.push(`${revision} is recorded above one that is not`)
    if (says === 'running' || says === 'failed') {
      if (!isOutside(revision)) found.push(`${revision} ran in a transaction and is recorded as ${says}`)
      continue
    }
    const expected = says === 'applied' ? objectsPerRevision : 0
    if (there !== expected) found.push(`${revision} is ${says ?? 'not recorded'} and has ${there} objects`)
    const outcomes = logged.get(revision) ?? []
    if ((outcomes.at(-1) ?? 'reverted') !== (says ?? 'reverted') || outcomes.some(isOutOfTurn))
      found.push(`${revision} is ${says ?? 'not recorded'} and logged as ${outcomes.join(', ')}`)
  }
  return found
}

/** The applied revisions. */
export async function applied(url: string): Promise<string[]> {
  const { rows } = await held(url)
  return rows.filter(({ status }) => status === 'applied').map(({ revision }) => revision)
}

async function held(url: string): Promise<Held> {
  const objects = countsOf(await ask(url, objectsSql))
  const [tables] = await ask<{ there: boolean }>(url, `select to_regclass('dbmig_log') is not null as there`)
  if (!tables?.there) return { rows: [], objects, logged: new Map() }
  const rows = await ask<{ revision: string; status: string }>(
    url,
    'select revision, status from dbmig_version order by revision',
  )
  const log = await ask<{ revision: string; outcomes: string[] }>(
    url,
    `select revision, array_agg(outcome order by id) as outcomes from dbmig_log where outcome <> 'failed' group by revision`,
  )
  return { rows, objects, logged: new Map(log.map(({ revision, outcomes }) => [revision, outcomes])) }
}

/** A revision is applied and reverted in turn. */
function isOutOfTurn(outcome: string, place: number): boolean {
  return outcome !== (place % 2 === 0 ? 'applied' : 'reverted')
}

function countsOf(rows: readonly { revision: string }[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { revision } of rows) counts.set(revision, (counts.get(revision) ?? 0) + 1)
  return counts
}
