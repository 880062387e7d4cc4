/** The PostgreSQL server that a run of the tests uses: one cluster a run, from npm, or the one that DBMIG_TEST_URL names. */
import { existsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import type { TestProject } from 'vitest/node'
import { type Cluster, startEmbedded } from './embedded.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** A superuser's URL of the server under test, with the database `postgres`. */
    serverUrl: string
    /** Its version as a number, 150018 for 15.18, for what only some versions have or print so. */
    serverVersion: number
  }
}

/** The server that DBMIG_TEST_URL names, or a cluster of its own: of DBMIG_TEST_POSTGRES's major version (see matrix.ts), or of the newest. */
export async function startCluster(options: Parameters<typeof startEmbedded>[0] = {}): Promise<Cluster> {
  const { DBMIG_TEST_URL: given = '', DBMIG_TEST_POSTGRES: major = '' } = process.env
  if (given !== '') return { url: given, stop: async () => {} }
  return startEmbedded(major === '' ? options : { ...options, major })
}

/**
 * Tests ask many questions of catalogs that are next to empty: finding the best way to answer takes longer than the answer, so
 * the planner tries few. Databases come and go by thousands: what they write ahead is not kept long.
 */
const settings = {
  from_collapse_limit: '1',
  join_collapse_limit: '1',
  enable_mergejoin: 'off',
  enable_memoize: 'off',
  enable_incremental_sort: 'off',
  jit: 'off',
  max_wal_size: '128MB',
}

/** In memory where there is room: to copy a database takes the processor 10 ms there, and 60 to 120 on a disk. */
async function rootOfClusters(): Promise<string> {
  const memory = '/dev/shm'
  if (!existsSync(memory)) return tmpdir()
  const { bavail, bsize } = await statfs(memory)
  return bavail * bsize > 2 ** 31 ? memory : tmpdir()
}

async function versionOf(url: string): Promise<number> {
  const { default: pg } = await import('pg')
  const client = new pg.Client(url)
  await client.connect()
  const { rows } = await client.query<{ version: number }>(
    `select current_setting('server_version_num')::int as version`,
  )
  await client.end()
  return rows[0]?.version ?? 0
}

/** vitest's global setup: runs once before all files, and gives the teardown. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cluster = await startCluster({ settings, root: await rootOfClusters() })
  project.provide('serverUrl', cluster.url)
  project.provide('serverVersion', await versionOf(cluster.url))
  return () => cluster.stop()
}
