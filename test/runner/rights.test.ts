import { describe, expect, onTestFinished, test } from 'vitest'
import type { Project } from '../../src/config/config.ts'
import { downgrade } from '../../src/runner/downgrade.ts'
import { stamp } from '../../src/runner/stamp.ts'
import { upgrade } from '../../src/runner/upgrade.ts'
import { type TestDatabase, useTestDatabase, useTestRole } from '../support/database.ts'
import { useProject } from './helpers.ts'

const line = [
  { id: 'aaa1', up: 'create table a (id int)', undo: 'drop table a' },
  { id: 'bbb2', up: 'create table b (id int)', undo: 'drop table b' },
]
/** Sequences are numbered outside of transactions, so its value tells whether the revision ran at all. */
const trace = { id: 'ccc3', up: `select nextval('trace')` }

/** A database at bbb2, and a role with these rights on the ledger. */
async function useReader(grants: string) {
  const database = await useTestDatabase()
  const role = await useTestRole(database)
  onTestFinished(async () => {
    await database.query(`drop owned by ${role.name}`)
  })
  await upgrade(await useProject(database.url, line), { target: 'head' })
  await database.query(`create sequence trace; grant all on sequence trace to ${role.name}`)
  await database.query(grants.replaceAll('$role', role.name))
  return { database, role: role.name, project: await useProject(role.url, [...line, trace]) }
}

const readOnly = 'grant select on dbmig_version to $role'

async function stateOf(database: TestDatabase) {
  const [trace] = await database.query<{ called: boolean }>('select is_called as called from trace')
  const log = await database.query('select 1 from dbmig_log')
  return { ran: trace?.called, logged: log.length }
}

describe('a role that may read the ledger and not write it', () => {
  test.each<[string, (project: Project) => Promise<unknown>]>([
    ['upgrade', (project) => upgrade(project, { target: 'head' })],
    ['downgrade', (project) => downgrade(project, { target: 'base' })],
    ['stamp', (project) => stamp(project, { targets: ['head'] })],
  ])('is told before %s does anything which privileges it lacks', async (_, command) => {
    const { database, role, project } = await useReader(readOnly)
    await expect(command(project)).rejects.toMatchObject({
      code: 'LEDGER_FORBIDDEN',
      exitCode: 1,
      message: `The role ${role} may read the ledger "public"."dbmig_version" but not write it, so nothing was done. Connect as another role, or let the owner of the ledger run: grant insert, update, delete on "public"."dbmig_version" to "${role}"; grant select, insert on "public"."dbmig_log" to "${role}";`,
    })
    expect(await stateOf(database)).toEqual({ ran: false, logged: 2 })
  })

  test('is told so also where the log alone is out of reach', async () => {
    const { database, role, project } = await useReader(
      'grant select, insert, update, delete on dbmig_version to $role',
    )
    await expect(upgrade(project, { target: 'head' })).rejects.toMatchObject({
      code: 'LEDGER_FORBIDDEN',
      message: expect.stringMatching(
        new RegExp(`run: grant select, insert on "public"\\."dbmig_log" to "${role}";$`),
      ),
    })
    expect(await stateOf(database)).toEqual({ ran: false, logged: 2 })
  })

  test('may find out that there is nothing to do', async () => {
    const { project } = await useReader(readOnly)
    expect(await upgrade(project, { target: 'bbb2' })).toMatchObject({ steps: [], heads: ['bbb2'] })
    expect(await downgrade(project, { target: 'bbb2' })).toMatchObject({ steps: [], heads: ['bbb2'] })
    expect(await stamp(project, { targets: ['bbb2'] })).toMatchObject({ steps: [], heads: ['bbb2'] })
  })

  test('may look at what would be done', async () => {
    const { project } = await useReader(readOnly)
    const dryRun = true
    expect(await upgrade(project, { target: 'head', dryRun })).toMatchObject({ heads: ['ccc3'], dryRun })
    expect(await downgrade(project, { target: 'aaa1', dryRun })).toMatchObject({ heads: ['aaa1'], dryRun })
    expect(await stamp(project, { targets: ['head'], dryRun })).toMatchObject({ heads: ['ccc3'], dryRun })
  })

  test('may write once it has run what it was told', async () => {
    const { database, role, project } = await useReader(readOnly)
    const error: unknown = await upgrade(project, { target: 'head' }).catch((error: unknown) => error)
    const [, grants = ''] = /run: (.*)$/.exec(error instanceof Error ? error.message : '') ?? []
    await database.query(grants)
    expect(await upgrade(project, { target: 'head' })).toMatchObject({ heads: ['ccc3'] })
    expect(await downgrade(project, { target: 'bbb2' })).toMatchObject({ heads: ['bbb2'] })
    await stamp(project, { targets: ['head'] })
    expect(
      await database.query('select distinct db_user from dbmig_log where revision = $1', ['ccc3']),
    ).toEqual([{ db_user: role }])
  })
})

test('a role with rights on the columns alone that are written may migrate', async () => {
  const { project } = await useReader(`grant select, insert, delete on dbmig_version to $role;
    grant update (down_revisions, depends_on, message, checksum, applied_at, applied_by, duration_ms, status) on dbmig_version to $role;
    grant select, insert (revision, direction, outcome, message, checksum, started_at, duration_ms, os_user, host, dbmig_version) on dbmig_log to $role`)
  expect(await upgrade(project, { target: 'head' })).toMatchObject({ heads: ['ccc3'] })
})
