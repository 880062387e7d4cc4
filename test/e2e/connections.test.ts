/** Where the command line connects to, and how it waits. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { configFor, dbmig, tables, useProject } from '../support/cli.ts'
import { useTestDatabase } from '../support/database.ts'

const files = { 'dbmig.config.mjs': 'export default {}\n', ...tables('aaa1') }

test('a URL that says nothing takes all from the environment', async () => {
  const database = await useTestDatabase()
  const cwd = useProject(files)
  const { hostname, port, username, password } = new URL(database.url)
  const env = {
    PGHOST: hostname,
    PGPORT: port,
    PGUSER: username,
    PGPASSWORD: password,
    PGDATABASE: database.name,
  }
  expect(await dbmig(['upgrade', 'head', '--url', 'postgres://'], { cwd, env })).toMatchObject({
    exitCode: 0,
  })
  expect(await database.query('select revision from dbmig_version')).toEqual([{ revision: 'aaa1' }])
  const wrong = await dbmig(['current', '--verbose'], {
    cwd,
    env: { ...env, DATABASE_URL: 'postgres:///nix', PGPASSWORD: password },
  })
  expect(wrong.stderr).toContain(`There is no database "nix" on ${hostname}:${port}`)
  expect(wrong.stderr).not.toContain(password)
})

test('a service says where the database is, and a password file how to get in', async () => {
  const database = await useTestDatabase()
  const cwd = useProject(files)
  const { hostname, port, username, password } = new URL(database.url)
  writeFileSync(
    join(cwd, 'services'),
    `[shop]\nhost=${hostname}\nport=${port}\nuser=${username}\ndbname=${database.name}\n`,
  )
  writeFileSync(join(cwd, 'passwords'), `${hostname}:${port}:*:${username}:${password}\n`, { mode: 0o600 })
  const env = {
    PGSERVICE: 'shop',
    PGSERVICEFILE: 'services',
    PGPASSFILE: 'passwords',
    DATABASE_URL: 'postgres://',
  }
  expect(await dbmig(['upgrade', 'head'], { cwd, env })).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('aaa1'),
  })
})

test('without a URL the message names what there is beside it', async () => {
  const { exitCode, stderr } = await dbmig(['current'], { cwd: useProject(files), env: { PGHOST: 'db' } })
  expect(exitCode).toBe(2)
  expect(stderr).toMatch(
    /^error: No database is configured: set `url` in .*, set DATABASE_URL \(from code, hand over the environment as env\), or pass --url \(postgres:\/\/ alone means what PGHOST, PGDATABASE and PGSERVICE say\)\.$/,
  )
})

test('a database that is not there is waited for with one line, and the last error is the error', async () => {
  const cwd = useProject(files)
  for (const command of [
    ['upgrade', 'head'],
    ['current'],
    ['check'],
    ['ensure-version'],
    ['stamp', 'head'],
  ]) {
    const url = ['--url', 'postgres://joe@127.0.0.1:1/shop', '--wait-for-database', '1s']
    const { exitCode, stderr, stdout } = await dbmig([...command, ...url], { cwd })
    const said = 'No server listens on 127.0.0.1:1; start PostgreSQL there, or correct the URL.'
    expect(stderr.split('\n')).toEqual([`waiting up to 1 s for the database: ${said}`, `error: ${said}`])
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
  }
})

test('a statement_timeout that is too short for a question of dbmig is told without its SQL', async () => {
  const database = await useTestDatabase()
  const cwd = useProject({ 'dbmig.config.mjs': configFor(database.url), ...tables('aaa1') })
  await dbmig(['upgrade', 'head'], { cwd })
  await database.query('begin')
  await database.query('lock table dbmig_version')
  const { exitCode, stderr } = await dbmig(['current'], {
    cwd,
    env: { PGOPTIONS: '-c statement_timeout=300ms' },
  })
  expect(exitCode).toBe(1)
  expect(stderr).toMatch(
    /^error: What dbmig itself asked the database \S+ took longer than it may: canceling statement due to statement timeout \(SQLSTATE 57014\)\. A statement_timeout of the role, of the database or in PGOPTIONS is too short for it, or something is in its way; run with PGOPTIONS='-c statement_timeout=0', and limit revisions with --statement-timeout\.$/,
  )
})
