/** That whoever deploys needs no right to change or remove what is in the log, and that it is chained whatever is done. */
import { describe, expect, onTestFinished, test } from 'vitest'
import { openSession } from '../../src/database/open.ts'
import { log, verifyLog } from '../../src/ledger/log.ts'
import { downgrade } from '../../src/runner/downgrade.ts'
import { ensureVersion } from '../../src/runner/ensure-version.ts'
import { downgradeSql, upgradeSql } from '../../src/runner/offline/offline.ts'
import { stamp } from '../../src/runner/stamp.ts'
import { resolve } from '../../src/runner/unfinished/resolve.ts'
import { upgrade } from '../../src/runner/upgrade.ts'
import { type TestDatabase, useTestDatabase, useTestRole } from '../support/database.ts'
import { runScript } from '../support/psql.ts'
import { useProject } from './helpers.ts'

const table = { id: 'aaa1', up: 'create table a (id int)', undo: 'drop table a' }
/** Goes well as soon as `a` has a row. */
const outside = { id: 'bbb2', outside: true, up: 'select 1 / count(*) from a', undo: 'select 1' }
const failing = { id: 'ccc3', up: 'select 1 / 0' }

/** As docs/log.md tells the owner. */
const grants = (role: string) => `
  revoke all on dbmig_version, dbmig_log from ${role};
  grant usage, create on schema public to ${role};
  grant select, insert, update, delete on dbmig_version to ${role};
  grant select on dbmig_log to ${role};
  grant insert (revision, direction, outcome, message, checksum, started_at, finished_at, duration_ms, os_user, host,
    dbmig_version, error, error_code, previous, hash) on dbmig_log to ${role};`

/** A ledger of an owner, and a role that may deploy. */
async function useDeployer() {
  const database = await useTestDatabase()
  const owner = await useProject(database.url, [])
  await ensureVersion(owner)
  const role = await useTestRole(database)
  onTestFinished(async () => {
    await database.query(`drop owned by ${role.name}`)
  })
  await database.query(grants(role.name))
  return { database, role, owner }
}

async function outcomesOf(database: TestDatabase): Promise<unknown[]> {
  const rows = await database.query<{ row: string }>(
    `select concat_ws(' ', outcome, revision, case when hash is null then 'without a hash' end) as row from dbmig_log order by id`,
  )
  return rows.map(({ row }) => row)
}

describe('a role that may read and add to the log alone', () => {
  test('upgrades, downgrades, stamps, fails, runs outside of transactions and resolves, and all of it is chained', async () => {
    const { database, role, owner } = await useDeployer()
    const project = await useProject(role.url, [table, outside, failing])
    await expect(upgrade(project, { target: 'head' })).rejects.toThrow('division by zero')
    await resolve(project, { target: 'bbb2', rolledBack: true })
    await database.query('insert into a values (1)')
    await expect(upgrade(project, { target: 'head' })).rejects.toThrow('division by zero')
    await downgrade(project, { target: 'base' })
    await stamp(project, { targets: ['bbb2'] })
    await stamp(project, { targets: ['base'] })
    await upgrade(await useProject(role.url, [table, outside], { transaction: 'revision' }), {
      target: 'head',
    }).catch((error: unknown) => error)
    expect(await outcomesOf(database)).toEqual([
      ...[
        'applied aaa1',
        'failed bbb2',
        'unstamped bbb2',
        'applied bbb2',
        'failed ccc3',
        'reverted bbb2',
        'reverted aaa1',
      ],
      ...['stamped aaa1', 'stamped bbb2', 'unstamped bbb2', 'unstamped aaa1', 'applied aaa1', 'failed bbb2'],
    ])
    expect(await verifyLog(owner)).toMatchObject({ ok: true, rows: 13, chained: 13 })
  })

  test('upgrades in one transaction for all', async () => {
    const { database, role, owner } = await useDeployer()
    const more = { id: 'bbb2', up: 'create table b (id int)', undo: 'drop table b' }
    const project = await useProject(role.url, [table, more], { transaction: 'run' })
    await upgrade(project, { target: 'head' })
    await downgrade(project, { target: 'base' })
    expect(await outcomesOf(database)).toHaveLength(4)
    expect(await verifyLog(owner)).toMatchObject({ ok: true, chained: 4 })
  })

  test('runs scripts for psql', async () => {
    const { database, role, owner } = await useDeployer()
    const project = await useProject(role.url, [
      table,
      { ...outside, up: 'select 1' },
      { id: 'ccc3', up: 'create table c (id int)' },
    ])
    const { script } = await upgradeSql(project, { target: 'head' })
    expect(await runScript(role.url, script)).toMatchObject({ exitCode: 0 })
    expect(await outcomesOf(database)).toEqual(['applied aaa1', 'applied bbb2', 'applied ccc3'])
    expect(await verifyLog(owner)).toMatchObject({ ok: true, chained: 3 })
  })

  test.each([
    `update dbmig_log set message = 'other'`,
    'delete from dbmig_log',
    `insert into dbmig_log (id, revision, direction, outcome, message, started_at, duration_ms, dbmig_version)
     overriding system value values (-5, 'x', 'up', 'failed', '', now(), 1, '')`,
    `insert into dbmig_log (db_user, revision, direction, outcome, message, started_at, duration_ms, dbmig_version)
     values ('ann', 'x', 'up', 'failed', '', now(), 1, '')`,
    'truncate dbmig_log',
    'alter table dbmig_log drop column hash',
    'drop table dbmig_log',
    'alter table dbmig_log disable trigger all',
    'create trigger t before insert on dbmig_log for each row execute function suppress_redundant_updates_trigger()',
  ])('may not %s', async (sql) => {
    const { role } = await useDeployer()
    const project = await useProject(role.url, [table])
    await upgrade(project, { target: 'head' })
    const client = await openAs(role.url)
    await expect(client.query(sql)).rejects.toThrow(/permission denied|must be owner/)
  })
})

async function openAs(url: string) {
  const session = await openSession(url)
  onTestFinished(() => session.close())
  return session
}

test('a role that may read both tables alone reads and verifies the log', async () => {
  const { database, role, owner } = await useDeployer()
  await upgrade(await useProject(database.url, [table]), { target: 'head' })
  await database.query(`revoke all on dbmig_version, dbmig_log from ${role.name}`)
  const project = { ...owner, url: role.url }
  await expect(log(project)).rejects.toMatchObject({
    code: 'LEDGER_FORBIDDEN',
    message: expect.stringContaining('grant select on "public"."dbmig_log" to'),
  })
  await expect(verifyLog(project)).rejects.toMatchObject({
    message: expect.stringContaining('grant select on "public"."dbmig_version", "public"."dbmig_log" to'),
  })
  await database.query(`grant select on dbmig_version, dbmig_log to ${role.name}`)
  expect(await log(project)).toMatchObject([{ revision: 'aaa1', outcome: 'applied' }])
  expect(await verifyLog(project)).toMatchObject({ ok: true, rows: 1 })
})

test('a role that does not see all rows is told that, not that rows were removed', async () => {
  const { database, role, owner } = await useDeployer()
  await upgrade(await useProject(database.url, [table]), { target: 'head' })
  await database.query(
    `alter table dbmig_log enable row level security;
     create policy own on dbmig_log using (db_user = current_user)`,
  )
  await expect(verifyLog({ ...owner, url: role.url })).rejects.toMatchObject({
    code: 'LEDGER_HIDDEN',
    message: `The role ${role.name} does not see all rows of "public"."dbmig_log" (row-level security), so nothing can be said of whether one was changed or removed; connect as the owner, or as a role with bypassrls.`,
  })
  expect(await verifyLog(owner)).toMatchObject({ ok: true, rows: 1 })
})

describe('a log that an older dbmig has made', () => {
  async function useOld() {
    const given = await useDeployer()
    await given.database.query(
      `alter table dbmig_log drop column previous, drop column hash; grant insert on dbmig_log to ${given.role.name}`,
    )
    return given
  }

  test('is written without a chain by a role that may not add it, until its owner does', async () => {
    const { database, role, owner } = await useOld()
    const project = await useProject(role.url, [table])
    await upgrade(project, { target: 'head' })
    await ensureVersion(owner)
    await downgrade(project, { target: 'base' })
    expect(await outcomesOf(database)).toEqual(['applied aaa1 without a hash', 'reverted aaa1'])
    expect(await verifyLog(owner)).toMatchObject({ ok: true, rows: 2, chained: 1 })
  })

  test('gets the chain from a script for psql that its owner runs, up and down', async () => {
    const { database, owner } = await useOld()
    const project = await useProject(database.url, [table])
    const { script } = await upgradeSql(project, { target: 'head' })
    expect(await runScript(database.url, script)).toMatchObject({ exitCode: 0 })
    expect(await outcomesOf(database)).toEqual(['applied aaa1'])
    await database.query('alter table dbmig_log drop column previous, drop column hash')
    const down = await downgradeSql(project, { target: 'head:base' })
    expect(await runScript(database.url, down.script)).toMatchObject({ exitCode: 0 })
    expect(await outcomesOf(database)).toEqual(['applied aaa1 without a hash', 'reverted aaa1'])
    expect(await verifyLog(owner)).toMatchObject({ ok: true })
  })

  test('is left as it is by a script of a role that may not add the chain, before anything runs', async () => {
    const { database, role } = await useOld()
    const { script } = await upgradeSql(await useProject(role.url, [table]), { target: 'head' })
    const { exitCode, stderr } = await runScript(role.url, script)
    expect(exitCode).not.toBe(0)
    expect(stderr).toContain('must be owner of table dbmig_log')
    expect(await database.query(`select to_regclass('a') as a`)).toEqual([{ a: null }])
  })
})
