import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { followFleet } from '../../src/cli/output/fleet-progress.ts'
import { createProgress } from '../../src/cli/output/progress.ts'
import { createStyle } from '../../src/cli/output/style.ts'
import type { CommandEvent, RunEvent } from '../../src/index.ts'
import { revisionOf } from '../support/graphs.ts'

const step = { revision: revisionOf('aaa1'), direction: 'up', index: 1, total: 2 } as const
const start: RunEvent = { type: 'start', ...step }
const statement: RunEvent = {
  type: 'statement',
  ...step,
  sql: "create user a\n  password 'hush'",
}
function causeOf(message: string, sqlState: string | null) {
  return { cause: { message, sqlState, detail: null, hint: null } }
}

const building: RunEvent = {
  type: 'server-progress',
  ...step,
  phase: 'building index: scanning table',
  done: 45,
  all: 200,
  unit: 'blocks',
}
const done: RunEvent = { type: 'done', ...step, durationMs: 12 }
const failed: RunEvent = {
  type: 'failed',
  ...step,
  error: new Error('no such luck'),
  ...causeOf('no such luck', null),
}
const holder = {
  pid: 42,
  application: 'dbmig',
  user: 'me',
  host: '10.0.0.5',
  since: new Date('2026-11-22T12:31:25Z'),
}
const waiting: RunEvent = { type: 'waiting', holder, limitMs: 600_000 }
const connecting: RunEvent = { type: 'connecting', reason: 'no server listens on db:5432', limitMs: 60_000 }
const edited: RunEvent = { type: 'edited', revisions: [revisionOf('aaa1'), revisionOf('bbb2')] }
const dropped: RunEvent = { type: 'drop-index', ...step, invalid: 'public.a_id' }
const retry: RunEvent = {
  type: 'retry',
  ...step,
  attempt: 1,
  retries: 10,
  delayMs: 230,
  error: Object.assign(new Error('canceling statement due to lock timeout'), { code: '55P03' }),
  ...causeOf('canceling statement due to lock timeout', '55P03'),
  blockers: [
    { pid: 7, application: 'psql', user: 'app', query: 'select *\n  from users', ageMs: 312_000 },
    { pid: 8, application: null, user: null, query: null, ageMs: null },
  ],
}
const texts = {
  waiting:
    /^waiting up to 10 min for another run to finish: process 42 \(dbmig\) of me on 10\.0\.0\.5, connected since 2026-11-2\d \S+ \S+$/,
  connecting: 'waiting up to 1 min for the database: no server listens on db:5432',
  edited:
    'warning: the files of 2 applied revisions are not what ran: aaa1 (/migrations/aaa1.ts), bbb2 (/migrations/bbb2.ts). Put back what ran, and write the change as a new revision; --strict refuses to run.',
  retry:
    'up aaa1 (1 of 2) was undone, and runs again in 230 ms (try 2 of 11): canceling statement due to lock timeout (SQLSTATE 55P03); in the way: process 7 (psql) of app, in a transaction for 5 min 12 s: select * from users and process 8',
}

const erase = '\r\u001b[2K'
const up = '\u001b[1A\u001b[2K'

async function record(stream: { isTTY?: boolean; columns?: number }, { json = false } = {}) {
  const written: string[] = []
  const output = { ...stream, write: (text: string) => written.push(text) }
  const style = await createStyle(stream, { LANG: 'C.UTF-8' }, false)
  return { written, progress: createProgress(output, style, { json, signal: new AbortController().signal }) }
}

async function recordFleet(stream: { isTTY?: boolean }) {
  const { written, progress } = await record(stream)
  const output = { ...stream, write: (text: string) => written.push(text) }
  const style = await createStyle(stream, { LANG: 'C.UTF-8' }, false)
  const fleet = followFleet(output, style, progress, { json: false })
  fleet.event({ type: 'fleet', total: 2 })
  return { written, progress: fleet }
}

async function shownBy(
  events: readonly CommandEvent[],
  stream: { isTTY?: boolean; columns?: number } = {},
  options = {},
): Promise<string[]> {
  const { written, progress } = await record(stream, options)
  for (const event of events) progress.event(event)
  progress.end()
  return written
}

const notice: RunEvent = {
  ...{ type: 'notice', ...step, severity: 'NOTICE' },
  message: "made user a\n  with password 'hush'",
  ...{ detail: 'and b', hint: null },
}

test.each([true, false])(
  'a notice of the server stays to be read, on one line (terminal: %s)',
  async (isTTY) => {
    const written = (await shownBy([start, notice], { isTTY })).join('')
    expect(written).toContain("up aaa1 (1 of 2) NOTICE: made user a with password '***'; and b\n")
  },
)

test('a log of many databases shows of each what the server says, and what is done', async () => {
  const { written, progress } = await recordFleet({ isTTY: false })
  const of = (database: string, event: RunEvent): CommandEvent => ({ ...event, database })
  for (const event of [start, notice, done]) for (const name of ['a', 'b']) progress.event(of(name, event))
  expect(written).toEqual(
    [
      "up aaa1 (1 of 2) NOTICE: made user a with password '***'; and b",
      'up aaa1 (1 of 2) done in 12 ms',
    ].flatMap((line) => [`a: ${line}\n`, `b: ${line}\n`]),
  )
})

test('a log of many databases shows how far the server is with each, twice a minute', async () => {
  const { written, progress } = await recordFleet({ isTTY: false })
  const of = (database: string, event: RunEvent): CommandEvent => ({ ...event, database })
  vi.useFakeTimers({ toFake: ['performance'] })
  onTestFinished(() => void vi.useRealTimers())
  for (const name of ['a', 'b']) progress.event(of(name, start))
  vi.advanceTimersByTime(31_000)
  for (const name of ['a', 'b', 'a']) progress.event(of(name, building))
  expect(written).toEqual(
    ['a', 'b'].map(
      (name) => `${name}: up aaa1 (1 of 2) building index: scanning table, 22 % (45 of 200 blocks)\n`,
    ),
  )
})

test('a log of many databases names one at its end where it has told of it, or nothing for ten seconds', async () => {
  const { written, progress } = await recordFleet({ isTTY: false })
  vi.useFakeTimers({ toFake: ['performance'] })
  onTestFinished(() => void vi.useRealTimers())
  const end = (database: string): CommandEvent => ({
    ...{ type: 'database-done', database, ok: true, durationMs: 12, failure: null },
  })
  progress.event(end('silent'))
  progress.event({ ...done, database: 'moved' })
  progress.event(end('moved'))
  vi.advanceTimersByTime(11_000)
  progress.event(end('slow'))
  progress.event(end('silent'))
  expect(written).toEqual([
    'moved: up aaa1 (1 of 2) done in 12 ms\n',
    'ok      moved (2 of 2) 12 ms\n',
    'ok      slow (3 of 2) 12 ms\n',
  ])
})

test.each([true, false])('what a retry drops first stays to be read (terminal: %s)', async (isTTY) => {
  const written = (await shownBy([start, dropped], { isTTY })).join('')
  expect(written.replace(/\s+/g, ' ')).toContain(
    'up aaa1 (1 of 2) drops the index public.a_id first, which an earlier try left invalid',
  )
})

describe('a terminal', () => {
  test('is told nothing of what goes on for less than half a second', async () => {
    const { written, progress } = await record({ isTTY: true })
    progress.event({ type: 'progress', message: 'reading' })
    progress.event(start)
    progress.event(statement)
    progress.end()
    expect(written).toEqual([])
    expect(progress.told()).toBe(false)
  })

  test('shows one line after half a second, changes it, and clears it at the end', async () => {
    const { written, progress } = await record({ isTTY: true })
    progress.event({ type: 'progress', message: 'reading' })
    await sleep(650)
    progress.event(start)
    progress.end()
    progress.event(start)
    progress.event(done)
    expect(written).toEqual([`${erase}reading`, `${erase}up aaa1 (1 of 2) message of aaa1`, erase])
  })

  test('shows the statement that runs, what the server says of it, and for how long the revision has run', async () => {
    const { written, progress } = await record({ isTTY: true })
    progress.event(start)
    progress.event(statement)
    progress.event(building)
    await expect.poll(() => written.at(-1), { timeout: 5000 }).toContain('  1 s')
    progress.end()
    const lines = (elapsed: string) => [
      `up aaa1 (1 of 2) message of aaa1${elapsed}`,
      "  create user a password '***'",
      '  building index: scanning table, 22 % (45 of 200 blocks)',
    ]
    expect(written).toEqual([
      `${erase}${lines('').join('\n')}`,
      `${erase}${up}${up}${lines('  1 s').join('\n')}`,
      `${erase}${up}${up}`,
    ])
  })

  test('keeps a line for each revision with its time, above what goes on', async () => {
    const { written, progress } = await record({ isTTY: true })
    await sleep(550)
    progress.event(start)
    progress.event(done)
    progress.event({ ...start, revision: revisionOf('bbb2'), index: 2 })
    progress.event({ ...failed, revision: revisionOf('bbb2'), index: 2 })
    progress.end()
    expect(written).toEqual([
      `${erase}up aaa1 (1 of 2) message of aaa1`,
      `${erase}✓ up    aaa1  message of aaa1  12 ms\n`,
      '✗ up    bbb2  message of bbb2\n',
    ])
    expect(progress.told()).toBe(true)
  })

  test.each([
    ['waiting', waiting],
    ['connecting', connecting],
    ['edited', edited],
    ['retry', retry],
  ] as const)('keeps what is said of %s, on lines that fit', async (name, event) => {
    const written = await shownBy([event], { isTTY: true, columns: 60 })
    const lines = written.join('').trimEnd().split('\n')
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(60)
    // Where a line broke at a space, the space is gone.
    expect(lines.join('').replaceAll(' ', '')).toMatch(
      typeof texts[name] === 'string' ? texts[name].replaceAll(' ', '') : /^waitingupto10min/,
    )
  })

  test('gets lines that fit', async () => {
    const { written, progress } = await record({ isTTY: true, columns: 12 })
    progress.event({ type: 'progress', message: 'reading the schema' })
    await sleep(600)
    progress.event(done)
    progress.end()
    expect(written).toEqual([`${erase}reading th…`, `${erase}✓ up…  12 ms\n`])
  })

  test('without letters beyond ASCII gets words', async () => {
    const written: string[] = []
    const output = { isTTY: true, write: (text: string) => written.push(text) }
    const progress = createProgress(output, await createStyle(output, {}, false), {
      json: false,
      signal: new AbortController().signal,
    })
    progress.event(done)
    progress.event(failed)
    expect(written).toEqual([
      'done up    aaa1  message of aaa1  12 ms\n',
      'failed up    aaa1  message of aaa1\n',
    ])
  })
})

describe('a log', () => {
  test('has a line when a revision is done or has failed', async () => {
    expect(
      await shownBy([
        { type: 'progress', message: 'reading' },
        { type: 'planned', total: 2 },
        start,
        statement,
        done,
        failed,
      ]),
    ).toEqual(['up aaa1 (1 of 2) done in 12 ms\n', 'up aaa1 (1 of 2) failed\n'])
  })

  test('shows what a revision is about that takes longer than three seconds, until the end', async () => {
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const { written, progress } = await record({ isTTY: false })
    progress.event(start)
    vi.advanceTimersByTime(2999)
    expect(written).toEqual([])
    vi.advanceTimersByTime(1)
    progress.event(done)
    progress.event(start)
    progress.event(done)
    progress.event(start)
    progress.end()
    vi.advanceTimersByTime(60_000)
    expect(written).toEqual([
      'up aaa1 (1 of 2) message of aaa1\n',
      'up aaa1 (1 of 2) done in 12 ms\n',
      'up aaa1 (1 of 2) done in 12 ms\n',
    ])
  })

  test('says for whom a run waits, how often it tried, and which files were edited', async () => {
    const written = await shownBy([waiting, connecting, edited, retry])
    expect(written.map((line) => line.trimEnd())).toEqual([
      expect.stringMatching(texts.waiting),
      texts.connecting,
      texts.edited,
      texts.retry,
    ])
  })

  test('has an event on one line, whatever is in it', async () => {
    const error = new Error('two\nlines')
    expect((await shownBy([{ ...retry, error, blockers: [] }]))[0]).toMatch(/: two lines\n$/)
  })

  test('is not flooded with what the server says of a statement', async () => {
    expect(await shownBy([start, building, building])).toEqual([])
  })

  test('loses the password of an address that another session has in its query', async () => {
    const query = "select dblink('postgres://me:hush@db/x')"
    const [line = ''] = await shownBy([
      { ...retry, blockers: [{ pid: 7, application: null, user: null, query, ageMs: 1 }] },
    ])
    expect(line).toContain("dblink('postgres://me:***@db/x')")
  })
})

describe('a script', () => {
  test('gets every event as a line of JSON', async () => {
    const events = [
      { type: 'progress', message: 'reading' },
      { type: 'planned', total: 2 },
      ...[start, statement, building, done, failed, waiting, connecting, edited, retry],
    ] as const
    const written = await shownBy(events, { isTTY: true }, { json: true })
    const place = {
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      ...{ revision: 'aaa1', message: 'message of aaa1', path: '/migrations/aaa1.ts' },
      ...{ direction: 'up', index: 1, total: 2 },
    }
    const lines: unknown[] = written.map((line) => JSON.parse(line))
    expect(lines.slice(2, 7)).toEqual([
      { type: 'start', ...place },
      { type: 'statement', ...place, sql: "create user a\n  password '***'" },
      { ...building, ...place },
      { type: 'done', ...place, durationMs: 12 },
      {
        type: 'failed',
        ...place,
        error: { message: 'no such luck', sqlState: null, detail: null, hint: null },
      },
    ])
    expect(lines[7]).toMatchObject({ type: 'waiting', holder: { since: '2026-11-22T12:31:25.000Z' } })
    expect(lines[9]).toMatchObject({ revisions: [{ revision: 'aaa1' }, { revision: 'bbb2' }] })
    expect(lines[10]).toMatchObject({ error: { sqlState: '55P03' }, blockers: [{ pid: 7 }, { pid: 8 }] })
    expect(written.every((line) => line.endsWith('\n'))).toBe(true)
  })
})
