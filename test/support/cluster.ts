/** The PostgreSQL server that a run of the tests uses: one cluster a run, from npm, or the one that DBMIG_TEST_URL names. */
import type { TestProject } from 'vitest/node'
import { type Cluster, startEmbedded } from './embedded.ts'
import { quickRoot, quickSettings } from './quick.ts'

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
  const cluster = await startCluster({ settings: quickSettings, root: await quickRoot() })
  project.provide('serverUrl', cluster.url)
  project.provide('serverVersion', await versionOf(cluster.url))
  return () => cluster.stop()
}
