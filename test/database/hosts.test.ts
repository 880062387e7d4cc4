import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { execa } from 'execa'
import { expect, inject, onTestFinished, test, vi } from 'vitest'
import { openSession } from '../../src/database/open.ts'
import { repository } from '../support/cli.ts'
import { useTestDatabase } from '../support/database.ts'
import { startEmbedded } from '../support/embedded.ts'
import { useFolder } from '../support/folder.ts'

const { host } = new URL(inject('serverUrl'))

/** The test server's URL with other hosts in it. */
function withHosts(hosts: string, parameters = ''): string {
  return inject('serverUrl').replace(host, hosts) + parameters
}

test('the first server that takes a connection is the one', async () => {
  const session = await openSession(withHosts(`127.0.0.1:1,nowhere.invalid,${host}`))
  expect(session.readOnly).toBeNull()
  await session.close()
})

test('hosts in random order are tried one after the other too', async () => {
  const session = await openSession(withHosts(`127.0.0.1:1,${host}`, '?load_balance_hosts=random'))
  await session.close()
})

test('where none takes a connection, the reason of each is told', async () => {
  await expect(openSession('postgres://joe@127.0.0.1:1,127.0.0.1:2/shop')).rejects.toMatchObject({
    code: 'DATABASE_NO_SERVER',
    message:
      'None of the servers 127.0.0.1:1, 127.0.0.1:2 takes a connection; correct the URL, or see what is the matter with them.',
    detail:
      'No server listens on 127.0.0.1:1; start PostgreSQL there, or correct the URL.\nNo server listens on 127.0.0.1:2; start PostgreSQL there, or correct the URL.',
  })
})

test('a server that refuses the role speaks for all', async () => {
  const url = new URL(inject('serverUrl'))
  url.password = 'hush-hush'
  await expect(openSession(url.href.replace(host, `${host},127.0.0.1:1`))).rejects.toMatchObject({
    code: 'DATABASE_PASSWORD',
  })
})

test('a primary is no standby', async () => {
  await expect(openSession(withHosts(host, '?target_session_attrs=standby'))).rejects.toMatchObject({
    code: 'DATABASE_SESSION_ATTRS',
    message: `The server ${host} is a primary, which is not what target_session_attrs=standby asks for; correct the URL.`,
  })
})

test('a database that is read-only by default is not read-write', async () => {
  const database = await useTestDatabase()
  await database.query(`alter database ${database.name} set default_transaction_read_only = on`)
  const open = (target: string) => openSession(`${database.url}?target_session_attrs=${target}`)
  await expect(open('read-write')).rejects.toMatchObject({
    message: `The server ${host} is a primary whose transactions are read-only by default, which is not what target_session_attrs=read-write asks for; correct the URL.`,
  })
  for (const target of ['any', 'primary', 'read-only', 'prefer-standby']) await (await open(target)).close()
})

test('the address that is connected to may be another than the name', async () => {
  const { port } = new URL(inject('serverUrl'))
  const url = inject('serverUrl').replace(host, `nowhere.invalid:${port}`)
  const session = await openSession(`${url}?hostaddr=127.0.0.1`)
  await session.close()
})

test('pg reads nothing of the environment by itself', async () => {
  const environment = {
    ...{ PGHOST: 'nowhere.invalid', PGPORT: '1', PGUSER: 'nobody', PGPASSWORD: 'hush', PGDATABASE: 'nix' },
    ...{ PGSSLMODE: 'verify-full', PGOPTIONS: '-c no.such=thing', PGAPPNAME: 'other' },
  }
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
  onTestFinished(() => void vi.unstubAllEnvs())
  const session = await openSession(inject('serverUrl'))
  const rows = await session.query(
    `select current_setting('application_name') as name, current_setting('no.such', true) as other`,
  )
  await session.close()
  expect(rows).toEqual([{ name: 'dbmig', other: null }])
})

test('a server is reached through its socket, and its application is named by the URL', async () => {
  const folder = useFolder()
  chmodSync(folder, 0o777)
  const cluster = await startEmbedded({ settings: { unix_socket_directories: folder } })
  onTestFinished(() => cluster.stop())
  const { port, password } = new URL(cluster.url)
  const url = `postgres:///postgres?host=${encodeURIComponent(folder)}&port=${port}&user=postgres&password=${password}`
  const session = await openSession(
    `${url}&sslmode=verify-full&application_name=deploy&options=-c%20work_mem%3D5MB`,
  )
  const rows = await session.query(
    `select application_name, client_addr, current_setting('work_mem') as memory from pg_stat_activity where pid = pg_backend_pid()`,
  )
  await session.close()
  expect(rows).toEqual([{ application_name: 'deploy', client_addr: null, memory: '5MB' }])
})

test("what the URL's options say outlasts a reset, and so does what keeps a dead client's locks short", async () => {
  const session = await openSession(`${inject('serverUrl')}?options=-c%20work_mem%3D5MB`)
  await session.execute('set work_mem = 64; reset all')
  const [row] = await session.query(
    `select current_setting('work_mem') as memory, current_setting('client_connection_check_interval') as check, current_setting('idle_session_timeout') as idle`,
  )
  await session.close()
  expect(row).toEqual({ memory: '5MB', check: '2s', idle: '0' })
})

test('a statement ends soon after its client is gone', async () => {
  const database = await useTestDatabase()
  const child = execa(process.execPath, ['-e', sleeper, database.url], { reject: false, cwd: repository })
  await expect
    .poll(() =>
      database.query(
        "select from pg_stat_activity where datname = current_database() and application_name = 'sleeper' and state = 'active'",
      ),
    )
    .toHaveLength(1)
  child.kill('SIGKILL')
  await child
  await expect
    .poll(
      () =>
        database.query(
          "select from pg_stat_activity where datname = current_database() and application_name = 'sleeper'",
        ),
      {
        timeout: 10_000,
      },
    )
    .toHaveLength(0)
})

const sleeper = `
  import(${JSON.stringify(pathToFileURL(join(repository, 'modules/database/open.js')).href)}).then(async ({ openSession }) => {
    const session = await openSession(process.argv[1], { applicationName: 'sleeper' })
    await session.query('select pg_sleep(600)')
  })`
