import { describe, expect, onTestFinished, test } from 'vitest'
import { openSession } from '../../src/database/open.ts'
import type { Session } from '../../src/database/session.ts'
import { currentActor } from '../../src/ledger/actor.ts'
import { ledgerLocation } from '../../src/ledger/location.ts'
import { readLedger } from '../../src/ledger/read.ts'
import {
  type Recorder,
  readClock,
  recordApplied,
  recordFailed,
  recordReverted,
  recordRunning,
  recordStamped,
  recordUnstamped,
} from '../../src/ledger/record.ts'
import type { Entry } from '../../src/ledger/statements.ts'
import { ensureLedger } from '../../src/ledger/tables.ts'
import { verifyChain } from '../../src/ledger/verify-log.ts'
import { type TestDatabase, useTestDatabase } from '../support/database.ts'

const location = ledgerLocation({ versionSchema: 'public', versionTable: 'dbmig_version' })
const ledger = { ...location, chained: true }

async function open(url: string): Promise<Session> {
  const session = await openSession(url)
  onTestFinished(() => session.close())
  return session
}

async function useLedger(): Promise<Recorder & { database: TestDatabase }> {
  const database = await useTestDatabase()
  const session = await open(database.url)
  await ensureLedger(session, location)
  return {
    database,
    session,
    location: ledger,
    actor: { osUser: 'ann', host: 'ci-7', dbmigVersion: '1.2.3' },
  }
}

const entry: Entry = {
  revision: 'b2',
  downRevisions: ['a1'],
  dependsOn: ['c3'],
  message: 'add "email", {etc}',
  checksum: 'abc',
}

test('a run that seems to have taken more than 24.8 days, as after the clock was set, is recorded with just that', async () => {
  const { database, ...recorder } = await useLedger()
  await recordApplied(recorder, entry, '2000-01-01T00:00:00Z')
  expect(await recordReverted(recorder, entry, '9000-01-01T00:00:00Z')).toBe(0)
  expect(await database.query('select duration_ms from dbmig_log order by id')).toEqual([
    { duration_ms: 2_147_483_647 },
    { duration_ms: 0 },
  ])
})

test('the log is called like the table', () => {
  expect(location).toEqual({ schema: 'public', table: 'dbmig_version', log: 'dbmig_log' })
  expect(ledgerLocation({ versionSchema: 's', versionTable: 'shop_version' }).log).toBe('shop_log')
  expect(ledgerLocation({ versionSchema: 's', versionTable: 'steps' }).log).toBe('steps_log')
})

describe('ensureLedger', () => {
  test('may run twice', async () => {
    const { session } = await useLedger()
    await ensureLedger(session, location)
    expect(await readLedger(session, location)).toEqual([])
  })

  test('may run in eight sessions at once', async () => {
    const database = await useTestDatabase()
    const sessions = await Promise.all(Array.from({ length: 8 }, () => open(database.url)))
    await Promise.all(sessions.map((session) => ensureLedger(session, location)))
    expect(await database.query('select count(*)::int as n from dbmig_version')).toEqual([{ n: 0 }])
  })

  test('makes a schema that is missing, and takes any name', async () => {
    const database = await useTestDatabase()
    const odd = ledgerLocation({ versionSchema: 'My "Ops"', versionTable: 'Über version' })
    await ensureLedger(await open(database.url), odd)
    expect(await database.query('select * from "My ""Ops"""."Über version_log"')).toEqual([])
  })

  test('refuses a table of another shape', async () => {
    const database = await useTestDatabase()
    await database.query('create table dbmig_version (revision int, message text)')
    await expect(ensureLedger(await open(database.url), location)).rejects.toMatchObject({
      code: 'LEDGER_SHAPE',
      message: expect.stringMatching(
        /^The table "public"."dbmig_version" exists but is not dbmig's: column revision is integer, not text, column down_revisions is missing, .*\. Set versionTable to another name, or rename that table\.$/,
      ),
    })
  })

  test('knows its tables in a session that quotes all names', async () => {
    const { session } = await useLedger()
    await session.execute('set quote_all_identifiers = on')
    expect(await ensureLedger(session, location)).toMatchObject({ ledger: { chained: true } })
  })

  test('refuses a view', async () => {
    const database = await useTestDatabase()
    await database.query('create view dbmig_version as select 1 as one')
    await expect(ensureLedger(await open(database.url), location)).rejects.toMatchObject({
      message: expect.stringContaining('it is no table'),
    })
  })

  test('names the right that a role lacks', async () => {
    const { url } = await useRole()
    await expect(ensureLedger(await open(url), location)).rejects.toMatchObject({
      code: 'LEDGER_FORBIDDEN',
      message:
        'The role may not create the ledger "public"."dbmig_version" (permission denied for schema public); let a role that may run "dbmig ensure-version", and grant this one select, insert, update and delete on both of its tables, connect as another role, or set versionSchema to a schema that it may use.',
    })
  })

  test('needs no right to create where the ledger exists', async () => {
    const { database, url, role } = await useRole()
    await ensureLedger(await open(database.url), location)
    await database.query(`grant all on dbmig_version, dbmig_log to ${role}`)
    await ensureLedger(await open(url), location)
  })
})

/** A role that may connect, and nothing else. */
async function useRole(): Promise<{ database: TestDatabase; url: string; role: string }> {
  const database = await useTestDatabase()
  const role = `${database.name}_role`
  await database.query(`revoke all on schema public from public; grant usage on schema public to public`)
  await database.query(`create role ${role} login password 'hush'`)
  onTestFinished(async () => {
    await database.query(`drop owned by ${role}`)
    await database.query(`drop role ${role}`)
  })
  return { database, url: database.urlAs(role, 'hush'), role }
}

describe('readLedger', () => {
  test('gives null where there is no table or no schema, and makes none', async () => {
    const session = await open((await useTestDatabase()).url)
    expect(await readLedger(session, location)).toBeNull()
    expect(await readLedger(session, { ...location, schema: 'nix' })).toBeNull()
    expect(await session.query(`select to_regclass('dbmig_version') as found`)).toEqual([{ found: null }])
  })

  test('names the right that a role lacks', async () => {
    const { database, url, role } = await useRole()
    await ensureLedger(await open(database.url), location)
    const session = await open(url)
    const [table, log] = ['"public"."dbmig_version"', '"public"."dbmig_log"']
    const message = (tables: string, cause: string, grants: string) =>
      `The role ${role} may not read the ledger ${tables} (permission denied for ${cause}). Connect as another role, or let the owner of the ledger run: ${grants}`
    await expect(readLedger(session, location)).rejects.toMatchObject({
      code: 'LEDGER_FORBIDDEN',
      message: message(table, 'table dbmig_version', `grant select on ${table} to "${role}";`),
    })
    const verify = () => verifyChain(session, location, null)
    await expect(verify()).rejects.toThrow(`grant select on ${table}, ${log} to "${role}";`)
    await database.query(`grant select on dbmig_version to ${role}`)
    await expect(verify()).rejects.toThrow(
      message(log, 'table dbmig_log', `grant select on ${log} to "${role}";`),
    )
    await database.query('revoke usage on schema public from public')
    await expect(verify()).rejects.toThrow(
      message(
        log,
        'schema public',
        `grant usage on schema "public" to "${role}"; grant select on ${log} to "${role}";`,
      ),
    )
  })

  test('refuses a table of another shape', async () => {
    const database = await useTestDatabase()
    await database.query('create table dbmig_version (revision text)')
    await expect(readLedger(await open(database.url), location)).rejects.toMatchObject({
      code: 'LEDGER_SHAPE',
    })
  })
})

describe('recording', () => {
  test('an applied revision writes its row and its log row', async () => {
    const recorder = await useLedger()
    const startedAt = await readClock(recorder.session)
    await recorder.session.query('select pg_sleep(0.05)')
    const durationMs = await recordApplied(recorder, entry, startedAt)
    expect(durationMs).toBeGreaterThanOrEqual(50)
    expect(await readLedger(recorder.session, location)).toEqual([
      {
        ...entry,
        appliedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        appliedBy: 'postgres',
        durationMs,
        status: 'applied',
      },
    ])
    expect(await recorder.database.query('select * from dbmig_log')).toEqual([
      {
        id: '1',
        revision: 'b2',
        direction: 'up',
        outcome: 'applied',
        message: entry.message,
        checksum: 'abc',
        started_at: new Date(startedAt),
        finished_at: expect.any(Date),
        duration_ms: durationMs,
        db_user: 'postgres',
        os_user: 'ann',
        host: 'ci-7',
        dbmig_version: '1.2.3',
        error: null,
        error_code: null,
        previous: '',
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ])
  })

  test('a reverted revision has no row and a log row', async () => {
    const recorder = await useLedger()
    const startedAt = await readClock(recorder.session)
    await recordApplied(recorder, entry, startedAt)
    await recordReverted(recorder, entry, startedAt)
    expect(await readLedger(recorder.session, location)).toEqual([])
    expect(await recorder.database.query('select direction, outcome from dbmig_log order by id')).toEqual([
      { direction: 'up', outcome: 'applied' },
      { direction: 'down', outcome: 'reverted' },
    ])
  })

  test('stamping writes and removes rows, and logs both', async () => {
    const recorder = await useLedger()
    const startedAt = await readClock(recorder.session)
    await recordStamped(recorder, [{ ...entry, checksum: null }], startedAt)
    expect(await readLedger(recorder.session, location)).toMatchObject([{ revision: 'b2', checksum: null }])
    await recordUnstamped(recorder, [entry], startedAt)
    expect(await recorder.database.query('select direction, outcome from dbmig_log order by id')).toEqual([
      { direction: 'stamp', outcome: 'stamped' },
      { direction: 'stamp', outcome: 'unstamped' },
    ])
  })

  test('many are stamped at once, in their order, each when another tool ran it where that is known', async () => {
    const recorder = await useLedger()
    const { session, database } = recorder
    const startedAt = await readClock(session)
    const first = { ...entry, revision: 'a1', downRevisions: [], ranAt: '2020-01-02T03:04:05Z' }
    await recordStamped(recorder, [first, entry], startedAt)
    const { ranAt: _, ...row } = first
    expect(await readLedger(session, location)).toMatchObject([
      { ...row, appliedAt: '2020-01-02T03:04:05.000Z' },
      entry,
    ])
    await recordUnstamped(recorder, [entry, first], startedAt)
    expect(await database.query('select revision, outcome, checksum from dbmig_log order by id')).toEqual([
      { revision: 'a1', outcome: 'stamped', checksum: 'abc' },
      { revision: 'b2', outcome: 'stamped', checksum: 'abc' },
      { revision: 'b2', outcome: 'unstamped', checksum: 'abc' },
      { revision: 'a1', outcome: 'unstamped', checksum: 'abc' },
    ])
  })

  test('with a squash that is no longer stamped go the rows of what it replaces', async () => {
    const recorder = await useLedger()
    const { session, database } = recorder
    const startedAt = await readClock(session)
    await recordStamped(recorder, [{ ...entry, revision: 'a1', message: 'a part' }, entry], startedAt)
    await recordUnstamped(recorder, [{ ...entry, message: 'squashed', replaces: ['a1', 'a0'] }], startedAt)
    expect(await readLedger(session, location)).toEqual([])
    expect(
      await database.query("select revision, message from dbmig_log where outcome = 'unstamped' order by id"),
    ).toEqual(
      expect.arrayContaining([
        { revision: 'a1', message: 'a part' },
        { revision: 'b2', message: 'squashed' },
      ]),
    )
  })

  test('of many stamps, the first that the ledger does not expect is named', async () => {
    const recorder = await useLedger()
    const startedAt = await readClock(recorder.session)
    await recordStamped(recorder, [entry], startedAt)
    const both = [{ ...entry, revision: 'a1' }, entry]
    await expect(recordStamped(recorder, both, startedAt)).rejects.toMatchObject({
      code: 'LEDGER_CHANGED',
      message: expect.stringContaining('while revision b2 ran'),
    })
    await expect(recordUnstamped(recorder, [{ ...entry, revision: 'z9' }], startedAt)).rejects.toMatchObject({
      code: 'LEDGER_CHANGED',
      message: expect.stringContaining('z9'),
    })
  })

  test('a revision that is already applied, or not there to revert, is reported and changes nothing', async () => {
    const recorder = await useLedger()
    const startedAt = await readClock(recorder.session)
    const changed = {
      code: 'LEDGER_CHANGED',
      message:
        'The ledger "public"."dbmig_version" was changed by something other than dbmig while revision b2 ran: its row is not as it was. Compare the ledger with the database, then run again.',
    }
    await expect(recordReverted(recorder, entry, startedAt)).rejects.toMatchObject(changed)
    await expect(recordRunning(recorder, entry, 'down', startedAt)).rejects.toMatchObject(changed)
    await recordApplied(recorder, entry, startedAt)
    await expect(recordApplied(recorder, entry, startedAt)).rejects.toMatchObject(changed)
    expect(await recorder.database.query('select count(*)::int as n from dbmig_log')).toEqual([{ n: 1 }])
  })

  test('a revision outside a transaction is running, then failed, then applied', async () => {
    const recorder = await useLedger()
    const startedAt = await readClock(recorder.session)
    const status = async () => (await readLedger(recorder.session, location))?.map((row) => row.status)
    const attempt = await recordRunning(recorder, entry, 'up', startedAt)
    expect(await status()).toEqual(['running'])
    const error = await recorder.session.query('select 1/0').catch((thrown: unknown) => thrown)
    await recordFailed(recorder, entry, { direction: 'up', startedAt, error, attempt })
    expect(await status()).toEqual(['failed'])
    await recordRunning(recorder, entry, 'up', startedAt)
    await recordApplied(recorder, entry, startedAt)
    expect(await status()).toEqual(['applied'])
    expect(
      await recorder.database.query('select outcome, error, error_code from dbmig_log order by id'),
    ).toEqual([
      { outcome: 'failed', error: 'division by zero', error_code: '22012' },
      { outcome: 'applied', error: null, error_code: null },
    ])
  })

  test('a failure that is told late leaves another attempt at the revision as it is', async () => {
    const recorder = await useLedger()
    const startedAt = await readClock(recorder.session)
    const lost = await recordRunning(recorder, entry, 'up', startedAt)
    const running = await recordRunning(recorder, entry, 'up', startedAt)
    const error = new Error('the connection was lost')
    await recordFailed(recorder, entry, { direction: 'up', startedAt, error, attempt: lost })
    expect(await readLedger(recorder.session, location)).toMatchObject([
      { status: 'running', attempt: running },
    ])
    expect(await recorder.database.query('select outcome, error from dbmig_log')).toEqual([
      { outcome: 'failed', error: 'the connection was lost' },
    ])
  })
})

test('the actor is this process', () => {
  expect(currentActor()).toEqual({
    osUser: expect.any(String),
    host: expect.any(String),
    dbmigVersion: expect.stringMatching(/^\d+\.\d+\.\d+/),
  })
})
