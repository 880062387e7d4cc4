import { describe, expect, test } from 'vitest'
import { openSession } from '../../src/database/open.ts'
import type { Session } from '../../src/database/session.ts'
import type { DbmigError } from '../../src/errors.ts'
import { ledgerLocation } from '../../src/ledger/location.ts'
import type { RunEvent } from '../../src/runner/events.ts'
import { readRevisions } from '../../src/runner/project.ts'
import { type RunOptions, runMigrations } from '../../src/runner/run.ts'
import { type TestDatabase, useTestDatabase } from '../support/database.ts'
import { type RevisionSource, useProject } from './helpers.ts'

const table = (name: string) =>
  `js: await db.schema.createTable('${name}').addColumn('id', 'integer').execute()
  await db.schema.createIndex('${name}_id').on('${name}').column('id').execute()`

const three: readonly RevisionSource[] = ['a', 'b', 'c'].map((name) => ({
  id: name.repeat(4),
  up: table(name),
  undo: `js: await db.schema.dropTable('${name}').execute()`,
}))

/** Enough for the message to grow, of what takes the server next to nothing: how many go in one message is a matter of that. */
const many: readonly RevisionSource[] = Array.from({ length: 9 }, (_, index) => ({
  id: `d00${index}`,
  up: `js: await db.schema.createType('t${index}').asEnum(['x']).execute()
  await db.schema.createType('t${index}_more').asEnum(['x']).execute()`,
  undo: `js: await db.schema.dropType('t${index}').execute()
  await db.schema.dropType('t${index}_more').execute()`,
}))

/** Runs revisions over a session whose messages are kept. */
async function run(
  revisions: readonly RevisionSource[],
  options: Partial<RunOptions> & {
    readonly before?: (database: TestDatabase) => Promise<unknown>
    readonly around?: (session: Session) => Session
    readonly onTold?: (event: RunEvent) => void
  } = {},
  directions: readonly ('up' | 'down')[] = ['up'],
) {
  const { before, around = (session) => session, onTold, ...more } = options
  const database = await useTestDatabase()
  await before?.(database)
  const project = await useProject(database.url, revisions)
  const known = await readRevisions(project)
  const messages: string[] = []
  const events: RunEvent[] = []
  const session = await openSession(database.url)
  const kept: Session = {
    ...session,
    async queryAll(statements) {
      messages.push(statements.join(';\n'))
      return session.queryAll(statements)
    },
  }
  const result = await runMigrations({
    session: around(kept),
    ...{ location: ledgerLocation(project), ...known },
    plan() {
      const all = [...known.graph.revisions.values()]
      return directions.flatMap((direction) =>
        (direction === 'up' ? all : all.toReversed()).map((revision) => ({ revision, direction })),
      )
    },
    reopen: () => openSession(database.url),
    onEvent(event) {
      events.push(event)
      onTold?.(event)
    },
    ...more,
  })
    .catch((error: DbmigError) => error)
    .finally(() => session.close())
  const told = events.flatMap((event) =>
    'revision' in event ? `${event.type} ${event.revision.revision}` : [],
  )
  const rows = await database.query<{ line: string }>(
    `select concat_ws(' ', revision, outcome) as line from dbmig_log order by id`,
  )
  const tables = await database.query<{ name: string }>(
    `select relname::text as name from pg_class where relname in ('a', 'b', 'c') order by 1`,
  )
  return {
    ...{ result, messages, told, database },
    log: rows.map(({ line }) => line),
    tables: tables.map(({ name }) => name).join(),
  }
}

const messageOf = (messages: readonly string[], text: string) =>
  messages.find((message) => message.includes(text)) ?? ''

const allApplied = ['aaaa applied', 'bbbb applied', 'cccc applied']

describe('a revision that only defines objects', () => {
  test('goes to the server as one message with its ledger row, behind the first of a run', async () => {
    const { messages, log, tables } = await run(three)
    for (const name of ['b', 'c']) {
      const message = messageOf(messages, `create table "${name}"`)
      expect(message).toContain(`create index "${name}_id"`)
      expect(message).toMatch(/execute dbmig_record_up [\s\S]*commit/)
    }
    expect(messages.some((message) => message.includes('create table "a"'))).toBe(false)
    expect({ log, tables }).toEqual({ log: allApplied, tables: 'a,b,c' })
  })

  test('tells of its start, its statements and its end as any other', async () => {
    const { told } = await run(three)
    expect(told).toEqual(
      ['aaaa', 'bbbb', 'cccc'].flatMap((id) => [
        `start ${id}`,
        `statement ${id}`,
        `statement ${id}`,
        `done ${id}`,
      ]),
    )
  })

  test('leaves nothing prepared for a revision that looks', async () => {
    const looks = `do $$ begin
      if exists (select from pg_prepared_statements) then raise 'something is prepared'; end if;
    end $$`
    const { log } = await run([...three, { id: 'dddd', up: looks }])
    expect(log).toEqual([...allApplied, 'dddd applied'])
  })

  test('goes with others in one message and one transaction, of which each is told and recorded', async () => {
    const { messages, told, log, database } = await run(many)
    const together = messages.filter((message) => (message.match(/create type/g) ?? []).length > 2)
    expect(together).not.toEqual([])
    for (const message of together) expect(message.match(/\bcommit\b/g)).toHaveLength(1)
    expect(told).toEqual(
      many.flatMap(({ id }) => [`start ${id}`, `statement ${id}`, `statement ${id}`, `done ${id}`]),
    )
    expect(log).toEqual(many.map(({ id }) => `${id} applied`))
    const [ledger] = await database.query<{ transactions: number; ordered: boolean }>(
      `select count(distinct xmin::text)::int as transactions,
         bool_and(started_at <= finished_at and duration_ms >= 0) as ordered from dbmig_log`,
    )
    expect(ledger?.ordered).toBe(true)
    expect(ledger?.transactions).toBeLessThan(many.length)
  })

  test('goes with others on the way down, too', async () => {
    const { log, database } = await run(many, {}, ['up', 'down'])
    expect(log.slice(many.length)).toEqual(many.toReversed().map(({ id }) => `${id} reverted`))
    const [{ left, transactions } = {}] = await database.query<{ left: number; transactions: number }>(
      `select (select count(*)::int from dbmig_version) as left, count(distinct xmin::text)::int as transactions
       from dbmig_log where outcome = 'reverted'`,
    )
    expect(left).toBe(0)
    expect(transactions).toBeLessThan(many.length)
  })

  test('may take its share of a second where it drops, and all of it where it makes', async () => {
    const { messages } = await run(many, {}, ['up', 'down'])
    for (const message of messages.filter((each) => /(?:create|drop) type/.test(each))) {
      const drops = (message.match(/drop type/g) ?? []).length
      const isAlone = (message.match(/execute dbmig_record/g) ?? []).length === 1
      const [limit] = /(?<=set local statement_timeout = )\d+/.exec(message) ?? []
      expect(Number(limit)).toBe(isAlone ? 1000 : Math.ceil(1000 / Math.max(1, drops)))
    }
  })

  test('stays where one that went with it fails, which is told of that one alone', async () => {
    const clash = {
      id: 'cafe',
      up: `js: await db.schema.createType('t3').asEnum(['x']).execute()`,
    }
    const { result, messages, log } = await run([...many, clash])
    expect(messageOf(messages.slice().reverse(), 'create type "t3"')).not.toBe('')
    expect(result).toMatchObject({
      code: 'RUNNER_REVISION_FAILED',
      message: expect.stringMatching(/^Revision cafe \(.*\) failed on the way up: type "t3" already exists/),
    })
    expect(log).toEqual([...many.map(({ id }) => `${id} applied`), 'cafe failed'])
  })

  test('leaves nothing prepared for one outside a transaction, and goes as a message behind it again', async () => {
    const looks = `do $$ begin
      if exists (select from pg_prepared_statements) then raise 'something is prepared'; end if;
    end $$`
    const outside: RevisionSource = { id: 'eeee', up: looks, outside: true }
    const { messages, log } = await run([...many.slice(0, 3), outside, ...many.slice(3)])
    expect(log).toHaveLength(many.length + 1)
    expect(messageOf(messages, 'create type "t8"')).toMatch(/execute dbmig_record_up/)
  })

  test('is one of several in one transaction, too', async () => {
    const { messages, log } = await run(many, { transaction: 'run' })
    const sent = messages.filter((message) => message.includes('create type'))
    expect(sent.slice(0, -1).join()).not.toMatch(/\bcommit\b/)
    expect(sent.at(-1)).toMatch(/create type "t8"[\s\S]*\bcommit$/)
    expect(log).toEqual(many.map(({ id }) => `${id} applied`))
  })

  test('is asked about together with those that it went with, where the connection is lost in the commit', async () => {
    let broken = 0
    const { result, log, told } = await run(many, {
      around: (session) => ({
        ...session,
        async queryAll(statements) {
          const rows = await session.queryAll(statements)
          const created = statements.filter((each) => each.startsWith('create type'))
          if (created.length < 4 || broken++ > 0) return rows
          await session.execute('select pg_terminate_backend(pg_backend_pid())')
          return rows
        },
      }),
    })
    expect(result).toMatchObject({ steps: many.map(({ id }) => ({ revision: id })) })
    expect(log).toEqual(many.map(({ id }) => `${id} applied`))
    expect(told.filter((line) => line.startsWith('done'))).toEqual(many.map(({ id }) => `done ${id}`))
  })

  test('is found done with those that it went with, whatever rows somebody has put into the log', async () => {
    let broken = 0
    const { result, told, database } = await run(many, {
      around: (session) => ({
        ...session,
        async queryAll(statements) {
          const created = statements.filter((each) => each.startsWith('create type'))
          if (created.length === 2 && broken === 0)
            await session.execute(`insert into dbmig_log (id, revision, direction, outcome, message, started_at, finished_at, duration_ms, os_user, host, dbmig_version)
              overriding system value values (1000000, 'x', 'up', 'failed', '', now() - interval '3 days', now() - interval '3 days', 0, '', '', '')`)
          if (created.length === 2) broken++
          const rows = await session.queryAll(statements)
          if (created.length < 4 || broken > 100) return rows
          broken = 101
          await session.execute('select pg_terminate_backend(pg_backend_pid())')
          return rows
        },
      }),
    })
    expect(result).toMatchObject({ steps: many.map(({ id }) => ({ revision: id })) })
    expect(told.filter((line) => line.startsWith('start'))).toEqual(many.map(({ id }) => `start ${id}`))
    const [{ longest } = { longest: 0 }] = await database.query<{ longest: number }>(
      'select max(duration_ms) as longest from dbmig_log',
    )
    expect(longest).toBeLessThan(60_000)
  })

  test('goes alone where it locks what was there before the run', async () => {
    const alters = ['x', 'y', 'z'].map((name) => ({
      id: `ab${name.charCodeAt(0)}`,
      up: `js: await db.schema.alterTable('old').addColumn('${name}', 'integer').execute()`,
    }))
    const { messages } = await run([...many.slice(0, 6), ...alters], {
      before: ({ query }) => query('create table old (id int)'),
    })
    for (const message of messages.filter((each) => each.includes('alter table'))) {
      expect(message.match(/create type|alter table/g)).toHaveLength(1)
    }
  })

  test('goes alone where a transaction may not take long', async () => {
    const { messages, database } = await run(many, {
      before: ({ query }) =>
        query(`do $$ begin
          if current_setting('server_version_num')::int >= 170000 then
            execute format('alter database %I set transaction_timeout = 30000', current_database());
          end if;
        end $$`),
    })
    const [{ limited } = { limited: false }] = await database.query<{ limited: boolean }>(
      `select current_setting('server_version_num')::int >= 170000 as limited`,
    )
    const together = messages.filter((message) => (message.match(/create type/g) ?? []).length > 2)
    expect(together.length === 0).toBe(limited)
  })

  test('is told of as interrupted, not as failed, where a signal comes when their message has just failed', async () => {
    const controller = new AbortController()
    const clash = { id: 'cafe', up: `js: await db.schema.createType('t3').asEnum(['x']).execute()` }
    const { result, log } = await run([...many, clash], {
      signal: controller.signal,
      around: (session) => ({
        ...session,
        queryAll: (statements) =>
          session.queryAll(statements).catch((error: unknown) => {
            if (statements.some((each) => each.startsWith('create type'))) controller.abort()
            throw error
          }),
      }),
    })
    expect(result).toMatchObject({ code: 'RUNNER_INTERRUPTED' })
    expect(log.slice(0, -1)).toEqual(many.slice(0, log.length - 1).map(({ id }) => `${id} applied`))
    expect(log.at(-1)).toMatch(/ failed$/)
  })

  test('is undone together with those that it went with, where the connection is lost before the commit', async () => {
    const { result, log } = await run(many, {
      around: (session) => ({
        ...session,
        async queryAll(statements) {
          const created = statements.filter((each) => each.startsWith('create type'))
          if (created.length > 2)
            await session.execute('select pg_terminate_backend(pg_backend_pid())').catch(() => {})
          return session.queryAll(statements)
        },
      }),
    })
    const [{ id: first } = { id: '' }] = many.slice(log.length - 1)
    expect(result).toMatchObject({
      code: 'RUNNER_CONNECTION_LOST',
      message: expect.stringMatching(
        new RegExp(
          `^The connection was lost while revision ${first} \\(.*\\) ran up: .* PostgreSQL undoes what was not committed; run again\\.$`,
        ),
      ),
    })
    expect(log).toEqual([
      ...many.slice(0, log.length - 1).map(({ id }) => `${id} applied`),
      `${first} failed`,
    ])
  })

  test('fails with the message, the statement and the log row of one that is sent bit by bit', async () => {
    const clash = {
      id: 'bbbb',
      up: `js: await db.schema.createTable('a').addColumn('id', 'integer').execute()`,
    }
    const { result, messages, log, tables } = await run([three[0] as RevisionSource, clash])
    expect(messageOf(messages, 'create table "a"')).not.toBe('')
    expect(result).toMatchObject({
      code: 'RUNNER_REVISION_FAILED',
      message: expect.stringMatching(
        /^Revision bbbb \(.*\) failed on the way up: relation "a" already exists \(SQLSTATE 42P07\)\./,
      ),
      detail: expect.stringContaining('create table "a" ("id" integer)'),
    })
    expect({ log, tables }).toEqual({ log: ['aaaa applied', 'bbbb failed'], tables: 'a' })
  })

  test('waits for a lock as long as it may', async () => {
    const alter = `js: await db.schema.alterTable('a').addColumn('more', 'integer').execute()`
    const holder = { release: () => {} }
    const { messages, log } = await run([...three.slice(1), { id: 'eeee', up: alter }], {
      settings: { lockTimeout: '60s' },
      async before({ url, query }) {
        await query('create table a (id int)')
        const session = await openSession(url)
        await session.execute('begin; lock table a in access share mode')
        holder.release = () => void session.close()
      },
      onTold(event) {
        // Sent with all else it gives up soon, and nothing is told of that.
        if (event.type === 'statement' && event.sql.startsWith('alter')) holder.release()
      },
    })
    expect(messageOf(messages, 'alter table "a"')).not.toBe('')
    expect(log).toEqual(['bbbb applied', 'cccc applied', 'eeee applied'])
  })

  test('is told of as not awaited where it does not wait for a statement', async () => {
    const hasty = `js: db.schema.createTable('b').addColumn('id', 'integer').execute()`
    const { result, log } = await run([three[0] as RevisionSource, { id: 'bbbb', up: hasty }])
    expect(result).toMatchObject({ code: 'RUNNER_NOT_AWAITED' })
    expect(log).toEqual(['aaaa applied', 'bbbb failed'])
  })

  test('is done where a signal comes between its commit and the next', async () => {
    const controller = new AbortController()
    const { result, told, log, tables } = await run(three, {
      signal: controller.signal,
      around: (session) => ({
        ...session,
        async queryAll(statements) {
          const rows = await session.queryAll(statements)
          if (!statements.some((each) => each.startsWith('create table "b"'))) return rows
          controller.abort()
          throw Object.assign(new Error('canceling statement due to user request'), {
            ...{ code: '57014', severity: 'ERROR', length: 1 },
          })
        },
      }),
    })
    expect(result).toMatchObject({ code: 'RUNNER_INTERRUPTED' })
    expect(told.at(-1)).toBe('done bbbb')
    expect({ log, tables }).toEqual({ log: ['aaaa applied', 'bbbb applied'], tables: 'a,b' })
  })
})

describe('a revision is sent statement by statement', () => {
  const bitByBit = async (...given: Parameters<typeof run>) => {
    const { messages, log } = await run(...given)
    expect(log).toEqual(allApplied)
    return !messages.some((message) => message.includes('create table'))
  }

  test('where it reads or writes rows', async () => {
    const rows = `js: await db.schema.createTable('x').addColumn('id', 'integer').execute()
      await db.insertInto('x').values({ id: 1 }).execute()`
    expect(await bitByBit(three.map(({ id }) => ({ id, up: id === 'cccc' ? rows : 'select 1' })))).toBe(true)
  })

  test('and called once, where it may touch more than its db', async () => {
    const counted = Object.assign(globalThis, { callsOfForesight: 0 })
    const up = `js: globalThis.callsOfForesight++
      await db.schema.createTable('x').addColumn('id', 'integer').execute()`
    expect(await bitByBit(three.map(({ id }) => ({ id, up: id === 'cccc' ? up : 'select 1' })))).toBe(true)
    expect(counted.callsOfForesight).toBe(1)
  })

  test('behind one of the same transaction that was called, which so is called once', async () => {
    const counted = Object.assign(globalThis, { callsBefore: 0 })
    const clash = `js: await db.schema.createTable('b').addColumn('id', 'integer').execute()`
    const revisions = [
      { id: 'aaaa', up: 'js: globalThis.callsBefore++' },
      ...three.slice(1),
      { id: 'dddd', up: clash },
    ]
    const { result } = await run(revisions, { transaction: 'run' })
    expect(result).toMatchObject({ code: 'RUNNER_REVISION_FAILED' })
    expect(counted.callsBefore).toBe(1)
  })

  test('behind one that has made an event trigger', async () => {
    const watch = `create function seen() returns event_trigger language plpgsql as 'begin end';
      create event trigger seen on ddl_command_end execute function seen()`
    const { messages, log } = await run([{ id: 'aaaa', up: watch }, ...three.slice(1)])
    expect(log).toEqual(allApplied)
    expect(messages.some((message) => message.includes('create table'))).toBe(false)
  })

  test('where hooks stand around it', async () => {
    expect(await bitByBit(three, { hooks: { afterRevision: () => {} } })).toBe(true)
  })

  test('where event triggers look at statements', async () => {
    const before = ({ query }: TestDatabase) =>
      query(`create function seen() returns event_trigger language plpgsql as 'begin end';
        create event trigger seen on ddl_command_end execute function seen()`)
    expect(await bitByBit(three, { before })).toBe(true)
  })
})
