/** PgBouncer in front of the test server, where it is installed: `apt-get install pgbouncer`, or its path in DBMIG_PGBOUNCER. */
import { spawn } from 'node:child_process'
import { accessSync, chmodSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execaSync } from 'execa'
import { inject } from 'vitest'
import { freePort } from './embedded.ts'

/** Null where it is not installed. */
export const pgbouncerPath = find([
  process.env['DBMIG_PGBOUNCER'],
  '/usr/sbin/pgbouncer',
  '/usr/bin/pgbouncer',
])

function find(paths: readonly (string | undefined)[]): string | null {
  return (
    paths.find((path): path is string => {
      try {
        accessSync(path ?? '', constants.X_OK)
        return true
      } catch {
        return false
      }
    }) ?? null
  )
}

export interface Pooler {
  /** The address of a database of the test server through the pooler. */
  urlOf(name: string): string
  stop(): Promise<void>
}

export async function startPgbouncer(
  mode: 'transaction' | 'session' | 'statement',
  poolSize: number,
  { roundRobin = false }: { readonly roundRobin?: boolean } = {},
): Promise<Pooler> {
  if (pgbouncerPath === null) throw new Error('PgBouncer is not installed.')
  const { hostname, port: serverPort, username, password } = new URL(inject('serverUrl'))
  const folder = mkdtempSync(join(tmpdir(), 'dbmig-pgbouncer-'))
  const port = await freePort()
  const file = join(folder, 'pgbouncer.ini')
  writeFileSync(
    file,
    `[databases]
* = host=${hostname} port=${serverPort} user=${username} password=${password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = ${mode}
default_pool_size = ${poolSize}
max_client_conn = 500
query_wait_timeout = 60
server_round_robin = ${roundRobin ? 1 : 0}
`,
  )
  chmodSync(folder, 0o755)
  // As root it refuses to run.
  const isRoot = process.getuid?.() === 0
  const uid = isRoot ? Number(execaSync('id', ['-u', 'postgres']).stdout) : undefined
  const child = spawn(pgbouncerPath, [file], {
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(uid === undefined ? {} : { uid }),
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  let log = ''
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (text: Buffer) => {
      log += text
      if (log.includes('process up')) resolve()
    })
    child.once('exit', () => reject(new Error(`PgBouncer did not start.\n${log}`)))
  })
  return {
    urlOf: (name) => `postgres://${username}@127.0.0.1:${port}/${name}`,
    async stop() {
      child.kill('SIGKILL')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
