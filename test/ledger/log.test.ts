/** The log: what is read of it, and what its chain of hashes proves. */
import { createHash } from 'node:crypto'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openSession } from '../../src/database/open.ts'
import type { Session } from '../../src/database/session.ts'
import { chainLock } from '../../src/ledger/chain.ts'
import { ledgerLocation } from '../../src/ledger/location.ts'
import { type LogFilter, type LogRow, readLog } from '../../src/ledger/read-log.ts'
import {
  type Recorder,
  readClock,
  recordApplied,
  recordFailed,
  recordReverted,
  recordScript,
  recordStamped,
  recordUnstamped,
  requireUnchanged,
} from '../../src/ledger/record.ts'
import type { Entry } from '../../src/ledger/statements.ts'
import { ensureLedger } from '../../src/ledger/tables.ts'
import { verifyChain } from '../../src/ledger/verify-log.ts'
import { type TestDatabase, useTestDatabase } from '../support/database.ts'

const location = ledgerLocation({ versionSchema: 'public', versionTable: 'dbmig_version' })
const everything: LogFilter = { first: null, end: null, revisions: null, failed: false, limit: null }
const actor = { osUser: 'ann', host: 'ci-7', dbmigVersion: '1.2.3' }

async function open(url: string): Promise<Session> {
  const session = await openSession(url)
  onTestFinished(() => session.close())
  return session
}

type Given = Recorder & { readonly database: TestDatabase; readonly startedAt: string }

async function useLedger(): Promise<Given> {
  const database = await useTestDatabase()
  const session = await open(database.url)
  const { ledger } = await ensureLedger(session, location)
  return { database, session, location: ledger, actor, startedAt: await readClock(session) }
}

/** As a dbmig from before the chain made it. */
async function useOldLedger(): Promise<{ database: TestDatabase; session: Session }> {
  const { database, session } = await useLedger()
  await session.execute(
    `alter table dbmig_log drop column previous, drop column hash;
     insert into dbmig_log (revision, direction, outcome, message, started_at, duration_ms, dbmig_version)
     values ('old', 'up', 'applied', 'long ago', now(), 1, '0.1.0');
     insert into dbmig_version (revision, down_revisions, depends_on, message) values ('old', '{}', '{}', 'long ago')`,
  )
  return { database, session }
}

function entryOf(revision: string, more: Partial<Entry> = {}): Entry {
  return { revision, downRevisions: [], dependsOn: [], message: `make ${revision}`, checksum: 'abc', ...more }
}

/** Six rows: three are applied, one is tried in vain, one is reverted and stamped. */
async function useHistory(): Promise<Given> {
  const given = await useLedger()
  const { startedAt } = given
  for (const id of ['a1', 'b2', 'c3']) await recordApplied(given, entryOf(id), startedAt)
  const failure = {
    direction: 'up' as const,
    startedAt,
    error: new Error('no "such" thing\nat all'),
    attempt: null,
  }
  await recordFailed(given, entryOf('d4'), failure)
  await recordReverted(given, entryOf('c3'), startedAt)
  await recordStamped(given, [entryOf('c3', { checksum: null })], startedAt)
  return given
}

const verify = ({ session }: { session: Session }, expected: string | null = null) =>
  verifyChain(session, location, expected)

const messages = async (given: { session: Session }) =>
  (await verify(given)).problems.map(({ message }) => message)

/** What anybody computes of a row that `dbmig log --json` prints. */
function hashOf(row: LogRow): string {
  const zoneless = (time: string) => time.replace('Z', '')
  const content = {
    previous: row.previous,
    revision: row.revision,
    direction: row.direction,
    outcome: row.outcome,
    message: row.message,
    checksum: row.checksum,
    started_at: zoneless(row.startedAt),
    finished_at: zoneless(row.finishedAt),
    duration_ms: row.durationMs,
    db_user: row.by,
    os_user: row.osUser,
    host: row.host,
    dbmig_version: row.dbmigVersion,
    error: row.error,
    error_code: row.errorCode,
  }
  return createHash('sha256').update(JSON.stringify(content)).digest('hex')
}

describe('a row', () => {
  test('is chained to the one before it, whatever has written it', async () => {
    const given = await useHistory()
    const { session, startedAt } = given
    await recordUnstamped(given, [entryOf('c3'), entryOf('b2')], startedAt)
    await recordStamped(given, [entryOf('b2'), entryOf('c3'), entryOf('e5')], startedAt)
    await recordUnstamped(given, [entryOf('e5', { replaces: ['c3', 'b2'] })], startedAt)
    await recordStamped(given, [entryOf('b2'), entryOf('e5')], startedAt)
    await recordReverted(given, entryOf('e5', { replaces: ['b2'] }), startedAt)
    const rows = (await readLog(session, location, everything)).reverse()
    expect(rows.map(({ revision, outcome }) => `${outcome} ${revision}`)).toEqual([
      ...['applied a1', 'applied b2', 'applied c3', 'failed d4', 'reverted c3', 'stamped c3'],
      ...['unstamped c3', 'unstamped b2', 'stamped b2', 'stamped c3', 'stamped e5'],
      ...[expect.stringMatching(/^unstamped (c3|b2)$/), expect.stringMatching(/^unstamped (c3|b2)$/)],
      ...['unstamped e5', 'stamped b2', 'stamped e5', 'reverted b2', 'reverted e5'],
    ])
    expect(rows.map(({ previous }) => previous)).toEqual(['', ...rows.slice(0, -1).map(({ hash }) => hash)])
    expect(await verify(given)).toMatchObject({ ok: true, rows: 18, chained: 18, problems: [] })
  })

  test('has a hash that anybody can compute from what is printed', async () => {
    const given = await useLedger()
    const message = 'Zürich 漢字 🚀 "quoted" \\ back\n\ttab \u2028 \u007f \u0001 </script> é'
    await recordApplied(given, entryOf('a1', { message, checksum: null }), '2020-02-03T04:05:06.070000Z')
    await recordFailed({ ...given, actor: { ...actor, osUser: null } }, entryOf("b'2"), {
      direction: 'down',
      startedAt: '2020-01-01T00:00:00Z',
      error: new Error('a \0 b'),
      attempt: null,
    })
    const rows = await readLog(given.session, location, everything)
    expect(rows).toMatchObject([{ error: 'a \u{fffd} b', osUser: null }, { message }])
    for (const row of rows) expect(row.hash).toBe(hashOf(row))
  })

  test('has the same hash whatever the settings of the session that verifies it', async () => {
    const given = await useHistory()
    for (const setting of [
      "timezone to 'Asia/Kathmandu'",
      "datestyle to 'German, DMY'",
      "intervalstyle to 'sql_standard'",
      'extra_float_digits to -5',
      "bytea_output to 'escape'",
      'standard_conforming_strings to off',
    ]) {
      await given.session.execute(`set ${setting}`)
      expect(await messages(given), setting).toEqual([])
      await recordApplied(given, entryOf(`x ${setting} \\`), given.startedAt)
      expect(await messages(given), setting).toEqual([])
    }
  })

  test('of a run that was rolled back leaves a gap, which is none of the chain', async () => {
    const given = await useHistory()
    const { session, startedAt } = given
    await session.execute('begin')
    await recordApplied(given, entryOf('x1'), startedAt)
    await session.execute('rollback')
    await recordApplied(given, entryOf('x2'), startedAt)
    expect(await readLog(session, location, { ...everything, limit: 1 })).toMatchObject([{ id: 8 }])
    expect(await verify(given)).toMatchObject({ ok: true, rows: 7 })
  })

  test('follows the last one of many that were stamped with one statement', async () => {
    const given = await useHistory()
    const many = Array.from({ length: 2000 }, (_, index) =>
      entryOf(`m${index}`, { message: `"${index}" \\` }),
    )
    await recordStamped(given, many, given.startedAt)
    await recordApplied(given, entryOf('z9'), given.startedAt)
    const rows = await readLog(given.session, location, { ...everything, limit: 2001 })
    expect(rows.map(({ revision }) => revision).reverse()).toEqual([
      ...many.map(({ revision }) => revision),
      'z9',
    ])
    expect(await verify(given)).toMatchObject({ ok: true, rows: 2007, chained: 2007 })
  })
})

describe('two that log at the same time', () => {
  test('follow each other: who comes second waits until the first one has committed', async () => {
    const given = await useHistory()
    const other = await open(given.database.url)
    const script = recordScript(given, entryOf('x1'), {
      direction: 'up',
      startedAt: given.startedAt,
      edges: [],
    })
    await given.session.queryAll(['begin', `select ${chainLock(given.location)}`, ...script])
    const failure = {
      direction: 'up' as const,
      startedAt: given.startedAt,
      error: new Error('lost'),
      attempt: null,
    }
    const late = recordFailed({ ...given, session: other }, entryOf('x2'), failure)
    await given.database.query('select pg_sleep(0.2)')
    await given.session.execute('commit')
    await late
    expect(await readLog(other, location, { ...everything, limit: 2 })).toMatchObject([
      { revision: 'x2' },
      { revision: 'x1' },
    ])
    expect(await messages(given)).toEqual([])
  })

  test('from sixteen connections make one chain', async () => {
    const given = await useLedger()
    const sessions = await Promise.all(Array.from({ length: 16 }, () => open(given.database.url)))
    await Promise.all(
      sessions.map(async (session, index) => {
        for (let count = 0; count < 5; count++)
          await recordApplied({ ...given, session }, entryOf(`r${index}_${count}`), given.startedAt)
      }),
    )
    expect(await verify(given)).toMatchObject({ ok: true, rows: 80, chained: 80 })
  })

  test('one of them in a transaction that cannot see the other is told to run again', async () => {
    const given = await useHistory()
    const other = await open(given.database.url)
    await given.session.execute('begin isolation level repeatable read; select from dbmig_log')
    await recordApplied({ ...given, session: other }, entryOf('x1'), given.startedAt)
    const script = recordScript(given, entryOf('x2'), {
      direction: 'up',
      startedAt: given.startedAt,
      edges: [],
    })
    const error: unknown = await given.session.queryAll(script).catch((thrown: unknown) => thrown)
    await given.session.execute('rollback')
    expect(() => requireUnchanged(given, entryOf('x2'), error)).toThrow(
      'Another process wrote to the log "public"."dbmig_log" while revision x2 ran, in a transaction that cannot see it (default_transaction_isolation is not "read committed"), or a row was written there by hand, so the revision was not recorded. Run again; if that does not help, dbmig log --verify names the row, which the owner of the log can remove.',
    )
    expect(await messages(given)).toEqual([])
  })
})

/** `(applied b2, 2026-11-23T07:00:00Z)` */
const when = (what: string) => `\\(${what}, \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ\\)`
const saying = (text: string) => expect.stringMatching(new RegExp(`^${text}$`))

describe('verifying names', () => {
  test.each([
    ['message', `update dbmig_log set message = 'other' where id = 2`],
    [
      'a time by a microsecond',
      `update dbmig_log set finished_at = finished_at + interval '1 microsecond' where id = 2`,
    ],
    ['a host that was none', `update dbmig_log set host = '' where id = 2`],
    ['what is null', 'update dbmig_log set checksum = null where id = 2'],
    ['its hash', `update dbmig_log set hash = repeat('0', 64) where id = 2`],
  ])('the row of which something was changed: %s', async (_, sql) => {
    const given = await useHistory()
    await given.database.query(sql)
    expect(await verify(given)).toMatchObject({
      ok: false,
      problems: [{ kind: 'changed', id: 2, revision: 'b2' }],
    })
    expect(await messages(given)).toEqual([
      saying(`Row 2 ${when('applied b2')} was changed: what it says does not give its hash\\.`),
    ])
  })

  test('the last row, when that was changed', async () => {
    const given = await useHistory()
    await given.database.query(`update dbmig_log set os_user = 'bob' where id = 6`)
    expect(await verify(given)).toMatchObject({ problems: [{ kind: 'changed', id: 6 }] })
  })

  test('between which rows one was removed', async () => {
    const given = await useHistory()
    await given.database.query(`delete from dbmig_log where id = 4`)
    expect(await messages(given)).toEqual([
      saying(
        `Rows between row 3 ${when('applied c3')} and row 5 were removed, or row 3 was changed and given a new hash: the row that row 5 ${when('reverted c3')} follows is not there\\.`,
      ),
    ])
  })

  test('the row that was changed and given a new hash', async () => {
    const given = await useHistory()
    await given.database.query(`update dbmig_log set message = 'other' where id = 2`)
    const rows = await readLog(given.session, location, everything)
    const forged = rows.find(({ id }) => id === 2)
    await given.database.query('update dbmig_log set hash = $1 where id = 2', [forged && hashOf(forged)])
    expect(await messages(given)).toEqual([
      saying(
        `Row 2 ${when('applied b2')} was changed and given a new hash: the row that row 3 ${when('applied c3')} follows is not there\\.`,
      ),
    ])
  })

  test('the first rows, when they were removed or lost their hashes', async () => {
    const given = await useHistory()
    await given.database.query('delete from dbmig_log where id = 1')
    expect(await messages(given)).toEqual([
      saying(`Rows before row 2 ${when('applied b2')} were removed: the row that it follows is not there\\.`),
      'Revision a1 is applied, says "public"."dbmig_version", and the log does not: a row of the log was removed, or the table was changed by hand.',
    ])
    await given.database.query('update dbmig_log set previous = null, hash = null where id < 4')
    expect(await messages(given)).toEqual([
      saying(
        `Rows before row 4 ${when('failed d4')} were removed, or lost their hashes: the row that it follows is not there\\.`,
      ),
      expect.stringMatching(/^Revision a1 is applied/),
    ])
  })

  test('the revision whose last row was removed, whether it is applied or not', async () => {
    const given = await useHistory()
    await recordApplied(given, entryOf('e5'), given.startedAt)
    await recordReverted(given, entryOf('b2'), given.startedAt)
    await given.database.query('delete from dbmig_log where id > 6')
    expect(await messages(given)).toEqual([
      'Revision e5 is applied, says "public"."dbmig_version", and the log does not: a row of the log was removed, or the table was changed by hand.',
      'Revision b2 is applied since row 2, says the log, and "public"."dbmig_version" does not have it: a row of the log was removed, or the table was changed by hand.',
    ])
  })

  test.each([
    ['checksum', `checksum = 'other'`],
    ['time', `applied_at = '2020-01-01'`],
  ])('the revision whose %s was changed in the table of what is applied', async (what, set) => {
    const given = await useHistory()
    await given.database.query(`update dbmig_version set ${set} where revision = 'b2'`)
    expect(await verify(given)).toMatchObject({
      ok: false,
      problems: [{ kind: 'rewritten', revision: 'b2' }],
    })
    expect(await messages(given)).toEqual([
      `Revision b2 has another ${what} in "public"."dbmig_version" than in row 2 of the log: the table was changed by hand.`,
    ])
  })

  test('a row without a hash among others that have one', async () => {
    const given = await useHistory()
    await given.database.query(
      `insert into dbmig_log (revision, direction, outcome, message, started_at, duration_ms, dbmig_version)
       values ('x1', 'up', 'failed', 'by hand', now(), 1, '0.1.0')`,
    )
    expect(await messages(given)).toEqual([
      saying(
        `Row 7 ${when('failed x1')} has no hash, though rows are chained since row 1: it was written by an older dbmig, by a role that may not write the hash, or by hand\\.`,
      ),
    ])
  })

  test.each([
    [
      'what it says of the row before it',
      `update dbmig_log set previous = 'junk' where id = 3`,
      [`Row 3 ${when('applied c3')} was changed: what it says does not give its hash\\.`],
    ],
    [
      'its hash is gone',
      'update dbmig_log set hash = null where id = 3',
      [`Row 3 ${when('applied c3')} has lost its hash\\.`],
    ],
    [
      'both are gone',
      'update dbmig_log set previous = null, hash = null where id = 3',
      [`Row 3 ${when('applied c3')} has lost its hash\\.`],
    ],
    [
      'the hashes of two',
      'update dbmig_log set hash = null where id in (3, 4)',
      [`Row 3 ${when('applied c3')} has lost its hash\\.`, `Row 4 ${when('failed d4')} has lost its hash\\.`],
    ],
    [
      'the row before it was removed as well',
      `delete from dbmig_log where id = 4; update dbmig_log set message = 'x' where id = 5`,
      [
        `Row 5 ${when('reverted c3')} was changed: what it says does not give its hash\\.`,
        `Rows between row 3 ${when('applied c3')} and row 5 were removed, or what row 5 says of the row before it was changed: the row that row 5 ${when('reverted c3')} follows is not there\\.`,
      ],
    ],
  ])('the right row, and no other: %s', async (_, sql, expected) => {
    const given = await useHistory()
    await given.database.query(sql)
    expect(await messages(given)).toEqual(expected.map(saying))
  })

  test('rows that were put in another order, and which ones they follow', async () => {
    const given = await useHistory()
    await given.database.query(
      `alter table dbmig_log alter id drop identity;
       update dbmig_log set id = -2 where id = 2; update dbmig_log set id = 2 where id = 3; update dbmig_log set id = 3 where id = -2`,
    )
    expect(await messages(given)).toEqual([
      saying(`Row 2 ${when('applied c3')} is not where it was written: by its hash it follows row 3\\.`),
      saying(`Row 3 ${when('applied b2')} is not where it was written: by its hash it follows row 1\\.`),
      saying(`Row 4 ${when('failed d4')} is not where it was written: by its hash it follows row 2\\.`),
    ])
  })

  test.each([
    ['previous', 'drop column previous'],
    ['hash', 'drop column hash'],
    ['previous', 'alter previous type varchar'],
  ])('a chain of which the column %s is not there: %s', async (column, change) => {
    const given = await useHistory()
    await given.database.query(`alter table dbmig_log ${change}`)
    expect(await verify(given)).toMatchObject({ ok: false, chained: 0, problems: [{ kind: 'column' }] })
    expect(await messages(given)).toEqual([
      `The log "public"."dbmig_log" has only a part of its chain: the column ${column} of type text was dropped or changed.`,
    ])
  })

  test.each([
    ['before the first', `-5, 'up', 'failed', 'ann', '2020-01-01', null, null`],
    ['in a time after the chain began', `7, 'up', 'failed', 'ann', now(), null, null`],
  ])('a row without a hash that was put there by hand: %s', async (_, values) => {
    const given = await useHistory()
    await given.database.query(
      `insert into dbmig_log (revision, message, started_at, duration_ms, dbmig_version, id, direction, outcome, db_user, finished_at, previous, hash)
       overriding system value select 'x1', 'forged', now(), 1, '9', ${values}`,
    )
    expect(await verify(given)).toMatchObject({
      ok: false,
      chained: 6,
      problems: [{ kind: 'unchained', revision: 'x1' }],
    })
  })

  test('a row that was given the last number of all, after which others are chained as ever', async () => {
    const given = await useHistory()
    await given.database.query(
      `insert into dbmig_log (id, revision, direction, outcome, message, started_at, duration_ms, dbmig_version, hash)
       overriding system value values (9223372036854775807, 'x1', 'up', 'failed', 'forged', now(), 1, '9', 'an "odd" one \\')`,
    )
    for (const id of ['e5', 'f6']) await recordApplied(given, entryOf(id), given.startedAt)
    await recordStamped(given, [entryOf('g7'), entryOf('h8')], given.startedAt)
    await recordReverted(given, entryOf('h8'), given.startedAt)
    expect(await messages(given)).toEqual([
      saying(
        `Row 9223372036854775807 ${when('failed x1')} was changed: what it says does not give its hash\\.`,
      ),
      saying(
        `Row 7 ${when('applied e5')} is not where it was written: by its hash it follows row 9223372036854775807\\.`,
      ),
    ])
  })

  test('what was changed, though the role has other functions, operators and types before those of PostgreSQL', async () => {
    const given = await useHistory()
    await given.database.query(
      `create schema evil;
       create function evil.encode(bytea, text) returns text language sql as 'select null::text';
       create function evil.yes(text, text) returns boolean language sql as 'select true';
       create operator evil.= (leftarg = text, rightarg = text, function = evil.yes);
       create domain evil.bool as int;
       update dbmig_log set message = 'other' where id = 2`,
    )
    await given.session.execute('set search_path = evil, public, pg_catalog')
    expect(await verify(given)).toMatchObject({ problems: [{ kind: 'changed', id: 2 }] })
    // The rows that a statement writes are looked for with the role's own; their hashes are not.
    await given.database.query('drop operator evil.= (text, text)')
    await recordApplied(given, entryOf('e5'), given.startedAt)
    await recordStamped(given, [entryOf('g7'), entryOf('h8')], given.startedAt)
    expect(await verify(given)).toMatchObject({ chained: 9, problems: [{ kind: 'changed', id: 2 }] })
  })

  test('many at once, in time that grows with their number alone', async () => {
    const given = await useLedger()
    const many = Array.from({ length: 4000 }, (_, index) => entryOf(`m${index}`))
    await recordStamped(given, many, given.startedAt)
    await given.database.query('delete from dbmig_log where id % 2 = 0')
    const { problems } = await verify(given)
    expect(problems.filter(({ kind }) => kind === 'missing')).toHaveLength(1999)
    expect(problems.filter(({ kind }) => kind === 'unlogged')).toHaveLength(2000)
  })

  test('the log that is gone', async () => {
    const given = await useHistory()
    await given.database.query('drop table dbmig_log')
    expect(await messages(given)).toEqual([
      'The log "public"."dbmig_log" is not there, though "public"."dbmig_version" says that 3 revisions are applied: it was dropped or renamed.',
    ])
    expect(await readLog(given.session, location, everything)).toEqual([])
  })
})

describe('a hash that was noted', () => {
  test('is found in the log that has grown since', async () => {
    const given = await useHistory()
    const { head } = await verify(given)
    await recordApplied(given, entryOf('x1'), given.startedAt)
    expect(await verify(given, head?.hash)).toMatchObject({ ok: true, expected: { id: 6 }, head: { id: 7 } })
  })

  test('is missed where the last rows were removed, or written anew', async () => {
    const given = await useHistory()
    const { head } = await verify(given)
    await given.database.query('delete from dbmig_log where id = 6')
    await recordUnstamped(given, [entryOf('c3')], given.startedAt)
    expect(await verify(given, head?.hash)).toMatchObject({
      ok: false,
      expected: null,
      problems: [
        {
          kind: 'unexpected',
          message: `No row of the log has the hash ${head?.hash}: it was removed, or changed and given a new one.`,
        },
      ],
    })
  })
})

describe('a log that an older dbmig has made', () => {
  test('is read, and proves nothing', async () => {
    const given = await useOldLedger()
    expect(await readLog(given.session, location, everything)).toMatchObject([
      { revision: 'old', previous: null, hash: null },
    ])
    expect(await verify(given)).toMatchObject({ ok: true, rows: 1, chained: 0, head: null })
    expect(await verify(given, '0'.repeat(64))).toMatchObject({
      ok: false,
      problems: [{ kind: 'unexpected' }],
    })
  })

  test('is chained from the first row that is written to it', async () => {
    const { session, database } = await useOldLedger()
    const { ledger } = await ensureLedger(session, location)
    const given = { session, location: ledger, actor, database }
    expect(ledger.chained).toBe(true)
    for (const id of ['a1', 'b2']) await recordApplied(given, entryOf(id), await readClock(session))
    expect(await readLog(session, location, everything)).toMatchObject([{}, { previous: '' }, { hash: null }])
    expect(await verify(given)).toMatchObject({ ok: true, rows: 3, chained: 2 })
  })

  test('gets the chain once, though several add it at once', async () => {
    const { session, database } = await useOldLedger()
    const sessions = await Promise.all(Array.from({ length: 6 }, () => open(database.url)))
    await Promise.all(sessions.map((each) => ensureLedger(each, location)))
    expect(
      await session.query(
        `select indexrelid::regclass::text as name from pg_index where indrelid = 'dbmig_log'::regclass order by 1`,
      ),
    ).toEqual([{ name: 'dbmig_log_pkey' }, { name: 'dbmig_log_previous_key' }])
  })

  test('goes on without a chain while others read it', async () => {
    const { session, database } = await useOldLedger()
    const reader = await open(database.url)
    await reader.execute('begin; select from dbmig_log')
    const { ledger } = await ensureLedger(session, location)
    expect(ledger.chained).toBe(false)
    await recordApplied({ session, location: ledger, actor }, entryOf('a1'), await readClock(session))
    await reader.execute('commit')
    expect((await ensureLedger(session, location)).ledger.chained).toBe(true)
  })
})

describe('reading', () => {
  const idsOf = async ({ session }: Given, filter: Partial<LogFilter>) =>
    (await readLog(session, location, { ...everything, ...filter })).map(({ id }) => id)

  test('gives all that is known, newest first', async () => {
    const given = await useHistory()
    const rows = await readLog(given.session, location, everything)
    expect(rows.map(({ id }) => id)).toEqual([6, 5, 4, 3, 2, 1])
    expect(rows[2]).toEqual({
      id: 4,
      revision: 'd4',
      direction: 'up',
      outcome: 'failed',
      message: 'make d4',
      startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/),
      finishedAt: expect.stringMatching(/Z$/),
      durationMs: expect.any(Number),
      by: 'postgres',
      osUser: 'ann',
      host: 'ci-7',
      dbmigVersion: '1.2.3',
      checksum: 'abc',
      error: 'no "such" thing\nat all',
      errorCode: null,
      previous: rows[3]?.hash,
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
  })

  test('takes a part', async () => {
    const given = await useHistory()
    await given.database.query(`update dbmig_log set finished_at = '2020-01-02T00:00:00Z' where id = 2`)
    const day = Date.UTC(2020, 0, 2)
    expect(await idsOf(given, { failed: true })).toEqual([4])
    expect(await idsOf(given, { revisions: ['c'] })).toEqual([6, 5, 3])
    expect(await idsOf(given, { revisions: ['a1', 'b2'] })).toEqual([2, 1])
    expect(await idsOf(given, { revisions: ['%', '_'] })).toEqual([])
    expect(await idsOf(given, { limit: 2 })).toEqual([6, 5])
    expect(await idsOf(given, { first: day, end: day + 1 })).toEqual([2])
    expect(await idsOf(given, { first: day + 1 })).toEqual([6, 5, 4, 3, 1])
    expect(await idsOf(given, { end: day })).toEqual([])
  })

  test('gives nothing where there is no log, and makes none', async () => {
    const session = await open((await useTestDatabase()).url)
    expect(await readLog(session, location, everything)).toEqual([])
    expect(await verify({ session })).toMatchObject({ ok: true, rows: 0, head: null })
    expect(await session.query(`select to_regclass('dbmig_log') as found`)).toEqual([{ found: null }])
  })
})
