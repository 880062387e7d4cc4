/** That with `--json` each line on stderr is a JSON object, whoever writes there. */
import { describe, expect, test } from 'vitest'
import { configFor, dbmig, revisionText, tables, useProject } from '../support/cli.ts'
import { useTestDatabase } from '../support/database.ts'
import { writeFiles } from '../support/folder.ts'

interface Line {
  readonly type: string
  readonly [key: string]: unknown
}

async function eventsOf(args: readonly string[], files: Readonly<Record<string, string>>, config?: string) {
  const { url } = await useTestDatabase()
  const cwd = useProject({
    'dbmig.config.js': config ?? configFor(url),
    'migrations/README.md': '',
    ...files,
  })
  const { stdout, stderr, exitCode } = await dbmig([...args, '--json'], { cwd })
  const lines = stderr === '' ? [] : stderr.split('\n')
  return { cwd, stdout, exitCode, events: lines.map((line): Line => JSON.parse(line)) }
}

const wrong = {
  'migrations/b.ts': revisionText({
    revision: 'bbb2',
    down: 'aaa1',
    up: '  await sql`alter table t_aaa1 add colum x int`.execute(db)',
  }),
}

test('a run tells its steps', async () => {
  const { events, stdout } = await eventsOf(['upgrade', 'head'], tables('aaa1', 'bbb2'))
  expect(
    events.filter(({ type }) => type !== 'statement').map(({ type, revision }) => [type, revision]),
  ).toEqual([
    ['planned', undefined],
    ['start', 'aaa1'],
    ['done', 'aaa1'],
    ['start', 'bbb2'],
    ['done', 'bbb2'],
  ])
  expect(events.map(({ time }) => new Date(String(time)).toISOString())).toEqual(
    events.map(({ time }) => time),
  )
  expect(JSON.parse(stdout)).toMatchObject({ heads: ['bbb2'] })
})

test('what the server says has its text beside the message of the revision', async () => {
  const { events } = await eventsOf(['upgrade', 'head'], {
    'migrations/a.ts': revisionText({
      revision: 'aaa1',
      down: null,
      up: "  await sql`do $$ begin raise warning 'three left' using hint = 'look'; end $$`.execute(db)",
    }),
  })
  expect(events.filter(({ type }) => type === 'notice')).toEqual([
    {
      ...{ type: 'notice', time: expect.any(String), severity: 'WARNING' },
      ...{ text: 'three left', detail: null, hint: 'look' },
      ...{ revision: 'aaa1', message: 'message of aaa1', path: expect.stringMatching(/a\.ts$/) },
      ...{ direction: 'up', index: 1, total: 1 },
    },
  ])
})

test('a run that fails tells the error last', async () => {
  const { events, exitCode, stdout, cwd } = await eventsOf(['upgrade', 'head'], {
    ...tables('aaa1'),
    ...wrong,
  })
  expect(events.slice(-2)).toMatchObject([
    { type: 'failed', revision: 'bbb2', error: { sqlState: '42601' } },
    { type: 'error', code: 'RUNNER_REVISION_FAILED', exitCode: 1 },
  ])
  expect(events.at(-1)?.['message']).toContain(`Revision bbb2 (${cwd}/migrations/b.ts) failed on the way up`)
  expect(events.at(-1)?.['detail']).toContain('1 | alter table t_aaa1 add colum x int\n')
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
})

describe('what goes wrong before a command runs', () => {
  test.each([
    [['upgrad'], "unknown command 'upgrad'"],
    [['stamp'], "missing required argument 'targets'"],
    [['upgrade', 'head', '--dry'], "unknown option '--dry'"],
  ])('is one line of JSON: %j', async (args, message) => {
    const { events, exitCode } = await eventsOf(args, {})
    expect(events).toMatchObject([{ type: 'error', code: 'CLI_USAGE', message, exitCode: 2 }])
    expect(exitCode).toBe(2)
  })
})

test('what the configuration and a revision print is in lines, too', async () => {
  const { url } = await useTestDatabase()
  const { events } = await eventsOf(
    ['upgrade', 'head'],
    {
      'migrations/a.ts': revisionText({
        revision: 'aaa1',
        up: `  console.log('of the revision\\nin two lines')\n  process.emitWarning('take care')`,
      }),
    },
    `console.warn('of the configuration', { a: 1 })\n${configFor(url)}`,
  )
  const printed = events.filter(({ type }) => type === 'output').map(({ message }) => message)
  expect(printed).toEqual(
    expect.arrayContaining([
      'of the configuration { a: 1 }',
      'of the revision',
      'in two lines',
      'Warning: take care',
    ]),
  )
})

test('a warning of a command is a note', async () => {
  const { url } = await useTestDatabase()
  const cwd = useProject({ 'dbmig.config.js': configFor(url), ...tables('aaa1', 'bbb2') })
  await dbmig(['upgrade', 'head'], { cwd })
  writeFiles(cwd, tables('late', 'aaa1'))
  const { stderr } = await dbmig(['upgrade', 'heads', '--json'], { cwd })
  const lines = stderr.split('\n').map((line): Line => JSON.parse(line))
  expect(lines.at(-1)).toMatchObject({
    type: 'note',
    message: expect.stringContaining('late never ran, though a revision above is applied'),
  })
})

test('a revision that ends the process is told in a line', async () => {
  const { events, exitCode } = await eventsOf(['upgrade', 'head'], {
    'migrations/a.ts': revisionText({ revision: 'aaa1', up: '  process.exit()' }),
  })
  expect(events.at(-1)).toMatchObject({ type: 'error', code: 'CLI_ENDED_EARLY' })
  expect(exitCode).toBe(1)
})
