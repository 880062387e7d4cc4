/** `log` through the command line, on a real server. */
import { expect, test } from 'vitest'
import { configFor, dbmig, revisionText, useProject } from '../support/cli.ts'
import { useTestDatabase } from '../support/database.ts'

async function useFixture() {
  const database = await useTestDatabase()
  const cwd = useProject({
    'dbmig.config.js': configFor(database.url),
    'migrations/aaa1.ts': revisionText({ revision: 'aaa1', down: null, message: 'the first, of "all"' }),
    'migrations/bbb2.ts': revisionText({ revision: 'bbb2', down: 'aaa1', message: '=1+1' }),
    'migrations/ccc3.ts': revisionText({
      revision: 'ccc3',
      down: 'bbb2',
      up: '  await sql`select 1 / 0`.execute(db)',
    }),
  })
  const run = (...args: string[]) => dbmig(args, { cwd, env: { LC_ALL: 'C.UTF-8' } })
  await run('upgrade', 'head')
  await database.query(`update dbmig_log set os_user = 'ann', host = 'ci-7'`)
  return { database, run }
}

/** Times and durations are another each time. */
function settled(text: string): string[] {
  return text
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d [+-]\d\d:\d\d)?/g, 'yyyy-mm-dd hh:mm')
    .replaceAll(/\d+ ms/g, 'n ms')
    .split('\n')
}

test('a line for each row, newest first, and what a failure says below it', async () => {
  const { run } = await useFixture()
  const { stdout, exitCode } = await run('log')
  expect(exitCode).toBe(0)
  expect(settled(stdout)).toEqual([
    'yyyy-mm-dd hh:mm  failed up    ccc3  message of ccc3  ann@ci-7  n ms',
    '                  division by zero (22012)',
    'yyyy-mm-dd hh:mm  applied      bbb2  =1+1  ann@ci-7  n ms',
    'yyyy-mm-dd hh:mm  applied      aaa1  the first, of "all"  ann@ci-7  n ms',
  ])
  expect(settled((await run('log', '--limit', '1', '--verbose')).stdout)).toEqual([
    'Row         3',
    'What        failed up',
    'Revision    ccc3',
    'Message     message of ccc3',
    'Began       yyyy-mm-dd hh:mm',
    'Ended       yyyy-mm-dd hh:mm, in n ms',
    'By          postgres (ann@ci-7)',
    expect.stringMatching(/^With {8}dbmig \d+\.\d+\.\d+/),
    expect.stringMatching(/^Checksum {4}[0-9a-f]{64}$/),
    'Error       division by zero (22012)',
    expect.stringMatching(/^Hash {8}[0-9a-f]{64}$/),
  ])
})

test('a part of it, in each form', async () => {
  const { run } = await useFixture()
  const ids = async (...args: string[]) =>
    (JSON.parse((await run('log', '--json', ...args)).stdout) as { id: number }[]).map(({ id }) => id)
  expect(await ids()).toEqual([3, 2, 1])
  expect(await ids('--failed')).toEqual([3])
  expect(await ids('--revision', 'aa', 'bbb2')).toEqual([2, 1])
  expect(await ids('--since', '2020-01-01', '--limit', '2')).toEqual([3, 2])
  expect(await ids('--until', '2020-01-01')).toEqual([])
  expect((await run('log', '--until', '2020-01-01')).stdout).toBe('No such row in the log.')
  const { stdout } = await run('log', '--csv', '--revision', 'bbb2')
  const [header, row] = stdout.split('\r\n')
  expect(header).toBe(
    'id,finishedAt,outcome,direction,revision,message,by,osUser,host,durationMs,startedAt,dbmigVersion,checksum,error,errorCode,previous,hash',
  )
  expect(row).toMatch(/^2,\d{4}-\d\d-\d\dT[\d:.]+Z,applied,up,bbb2,'=1\+1,postgres,ann,ci-7,\d+,/)
})

test('--verify exits with 3 where a row was changed, and says which', async () => {
  const { database, run } = await useFixture()
  await database.query(`delete from dbmig_log`)
  await run('downgrade', 'base')
  const before = await run('log', '--verify')
  expect(before.stdout.split('\n')).toEqual([
    'The log is as it was written: 2 rows.',
    expect.stringMatching(/^Row 5 is the last of the chain: [0-9a-f]{64}$/),
  ])
  const [head = ''] = /[0-9a-f]{64}/.exec(before.stdout) ?? []
  const expected = await run('log', '--verify', '--expect', head)
  expect(expected).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('\nThe expected hash is that of row 5.\n'),
  })
  await database.query(`update dbmig_log set os_user = 'bob' where id = 4`)
  const after = await run('log', '--verify')
  expect(after.exitCode).toBe(3)
  expect(after.stdout.split('\n')).toEqual([
    expect.stringMatching(
      /^✗ Row 4 \(reverted bbb2, \S+Z\) was changed: what it says does not give its hash\.$/,
    ),
    'The log is not as it was written: 2 rows.',
    expect.stringMatching(/^Row 5 is the last of the chain: /),
  ])
  const json = await run('log', '--verify', '--json')
  expect(json.exitCode).toBe(3)
  expect(JSON.parse(json.stdout)).toMatchObject({
    ok: false,
    problems: [{ kind: 'changed', id: 4, revision: 'bbb2' }],
  })
})

test('--verify says that a log is not chained, never that it is as it was written', async () => {
  const { database, run } = await useFixture()
  await database.query(`update dbmig_log set previous = null, hash = null, message = 'rewritten'`)
  expect(await run('log', '--verify')).toMatchObject({
    exitCode: 0,
    stdout:
      'The log is not chained: it has 3 rows without a hash, and nobody can say whether they are as they were written.',
  })
  const json = await run('log', '--verify', '--json')
  expect(JSON.parse(json.stdout)).toMatchObject({ ok: true, rows: 3, chained: 0, head: null })
  expect((await run('log', '--verify', '--expect', 'a'.repeat(64))).exitCode).toBe(3)
  await run('downgrade', 'base')
  expect((await run('log', '--verify')).stdout).toMatch(
    /^The log is as it was written: 5 rows, 3 of them without a hash, of which nothing can be said\.\nRow 5 is the last/,
  )
})

test('before anything has run there is nothing, and nothing is made', async () => {
  const database = await useTestDatabase()
  const cwd = useProject({ 'dbmig.config.js': configFor(database.url) })
  expect((await dbmig(['log'], { cwd })).stdout).toBe('Nothing has run yet.')
  expect((await dbmig(['log', '--verify'], { cwd })).stdout).toBe('The log has no rows.')
  expect(await database.query(`select to_regclass('dbmig_log') as found`)).toEqual([{ found: null }])
})

test.each([
  [
    ['--verify', '--limit', '2'],
    '--verify and --limit do not go together: it looks at the whole log, and says what it found; leave out one of the two.',
  ],
  [
    ['--csv', '--json'],
    '--csv and --json do not go together: each is a form of its own; leave out one of the two.',
  ],
  [['--expect', 'abc'], '--expect is what --verify looks for; add --verify.'],
  [
    ['--verify', '--expect', 'abc'],
    '"abc" of --expect is not a hash of the log: it has 64 digits from 0 to f, as dbmig log --verify prints it.',
  ],
  [['--limit', '0'], '"0" of --limit is not a number of rows. Write a whole number, 1 or more.'],
  [['--since', 'soon'], '"soon" of --since is not a date.'],
])('%j is refused with a sentence', async (args, message) => {
  const cwd = useProject({ 'dbmig.config.js': configFor('postgres://nobody@localhost:1/none') })
  const { exitCode, stderr } = await dbmig(['log', ...args], { cwd })
  expect(stderr).toContain(message)
  expect(exitCode).toBe(2)
})
