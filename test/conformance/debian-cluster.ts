/** A PostgreSQL cluster from Debian's package, whose `psql` and `pg_dump` the comparison uses. */

import { existsSync, readdirSync } from 'node:fs'
import { chown, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { quickRoot, quickSettings } from '../support/quick.ts'

const ROOT = '/usr/lib/postgresql'

/** The folder of the newest installed server's programs; null where there is none. */
export function debianPostgres(): string | null {
  if (!existsSync(ROOT)) return null
  const versions = readdirSync(ROOT)
    .filter((name) => existsSync(join(ROOT, name, 'bin', 'initdb')))
    .sort((a, b) => Number(b) - Number(a))
  return versions[0] === undefined ? null : join(ROOT, versions[0], 'bin')
}

export interface DebianCluster {
  /** Of a superuser, without a database's name at the end. */
  readonly base: string
  stop(): Promise<void>
}

/**
 * Starts a throw-away cluster; as root, as the user `postgres` that Debian's package made.
 *
 * @param kind `quick`: in memory, where it can be, and with settings for tests; `plain`: on a disk that is waited for, as people run it
 */
export async function startDebianCluster(
  bin: string,
  kind: 'quick' | 'plain' = 'quick',
): Promise<DebianCluster> {
  const root = process.getuid?.() === 0
  const folder = await mkdtemp(join(kind === 'quick' ? await quickRoot() : tmpdir(), 'dbmig-cluster-'))
  const as = (program: string, args: readonly string[]): Promise<unknown> =>
    root
      ? execa(
          'setpriv',
          ['--reuid=postgres', '--regid=postgres', '--clear-groups', join(bin, program), ...args],
          { cwd: '/tmp', stdio: 'ignore' },
        )
      : execa(join(bin, program), args, { stdio: 'ignore' })
  const data = join(folder, 'data')
  await mkdir(data)
  if (root) {
    const { uid, gid } = await postgresUser()
    await chown(folder, uid, gid)
    await chown(data, uid, gid)
  }
  await as('initdb', [
    '-D',
    data,
    '-U',
    'postgres',
    '-A',
    'trust',
    '--locale=C.UTF-8',
    '-E',
    'UTF8',
    '--no-sync',
  ])
  const port = await freePort()
  const quickly = Object.entries(quickSettings).map(([name, value]) => `${name}=${value}`)
  const settings = [
    'max_connections=100',
    'max_locks_per_transaction=1024',
    'wal_level=logical',
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${folder}`,
    ...(kind === 'quick' ? ['fsync=off', 'full_page_writes=off', ...quickly] : []),
  ]
  const options = [`-p ${port}`, ...settings.map((setting) => `-c ${setting}`)].join(' ')
  await as('pg_ctl', ['-D', data, '-w', '-l', join(folder, 'log'), '-o', options, 'start'])
  return {
    base: `postgres://postgres@127.0.0.1:${port}`,
    stop: async () => {
      await as('pg_ctl', ['-D', data, '-m', 'immediate', 'stop'])
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function postgresUser(): Promise<{ readonly uid: number; readonly gid: number }> {
  const [uid, gid] = await Promise.all([execa('id', ['-u', 'postgres']), execa('id', ['-g', 'postgres'])])
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('no port'))
        else resolve(address.port)
      })
    })
  })
}
