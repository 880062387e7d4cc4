/** `history` and `branches` through the command line, on a real server. */
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { configFor, dbmig, revisionText, useProject } from '../support/cli.ts'
import { useTestDatabase, useTestRole } from '../support/database.ts'

const dated = (id: string, down: string | readonly string[] | null, date: string, message?: string) => ({
  [`migrations/${id}.ts`]: revisionText({ revision: id, down, ...(message ? { message } : {}) }).replace(
    '2026-11-22T12:31:25Z',
    date,
  ),
})

/** Two branches and their merge, a week apart each. */
const files = {
  ...dated('aaa1', null, '2026-09-01T12:00:00Z'),
  ...dated('bbb2', 'aaa1', '2026-09-08T12:00:00Z'),
  ...dated('ccc3', 'aaa1', '2026-09-15T12:00:00Z'),
  ...dated('ddd4', ['bbb2', 'ccc3'], '2026-09-22T12:00:00Z'),
}

async function useFixture() {
  const database = await useTestDatabase()
  const cwd = useProject({ 'dbmig.config.js': configFor(database.url), ...files })
  const run = (...args: string[]) => dbmig(args, { cwd, env: { LC_ALL: 'C.UTF-8' } })
  return { database, cwd, run }
}

const idsOf = (json: string): string[] =>
  (JSON.parse(json) as { revision: string }[]).map(({ revision }) => revision)

test('a pipe gets plain lines of columns, also with UTF-8, and --graph draws there too', async () => {
  const { run } = await useFixture()
  await run('upgrade', 'bbb2')
  const plain = await run('history')
  expect(plain.stdout.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d/g, 'yyyy-mm-dd hh:mm').split('\n')).toEqual([
    'ddd4  pending           message of ddd4 (head, merges bbb2, ccc3)',
    'bbb2  yyyy-mm-dd hh:mm  message of bbb2 (current, follows aaa1)',
    'ccc3  pending           message of ccc3',
    'aaa1  yyyy-mm-dd hh:mm  message of aaa1 (base, branch point)',
  ])
  const drawn = await run('history', '--graph', '--offline')
  expect(drawn.stdout.split('\n')).toEqual([
    '●─╮  ddd4  message of ddd4 (head, merge)',
    '● │  bbb2  message of bbb2',
    '│ ●  ccc3  message of ccc3',
    '●─╯  aaa1  message of aaa1 (base, branch point)',
  ])
})

test('dates, a limit and --reverse select, in JSON as well', async () => {
  const { run } = await useFixture()
  const select = async (...args: string[]) => idsOf((await run('history', '--json', ...args)).stdout)
  expect(await select('--since', '2026-09-08T12:00Z')).toEqual(['ddd4', 'bbb2', 'ccc3'])
  expect(await select('--until', '2026-09-15T12:00:00Z')).toEqual(['bbb2', 'ccc3', 'aaa1'])
  expect(await select('--since=2026-09-10', '--until=2026-09-20')).toEqual(['ccc3'])
  expect(await select('--limit', '2')).toEqual(['ddd4', 'bbb2'])
  expect(await select('--limit', '2', '--reverse')).toEqual(['bbb2', 'ddd4'])
  expect(await select('-r', ':bbb2', '--limit', '1')).toEqual(['bbb2'])
  expect(await select('--since', '2030-01-01')).toEqual([])
  expect((await run('history', '--since', '2030-01-01')).stdout).toBe('No revisions in that range.')
})

test('a revision whose create date cannot be read is listed whatever the dates, and told', async () => {
  const cwd = useProject({ '.dbmigrc.json': '{}', ...files, ...dated('eee5', 'ddd4', 'last Tuesday') })
  const { stdout } = await dbmig(['history', '--since', '2030-01-01'], { cwd })
  expect(stdout).toBe(
    'eee5  message of eee5 (head, follows ddd4)\nListed whatever the dates, as the create date cannot be read: eee5',
  )
})

test.each([
  [['--since', 'yesterday'], '"yesterday" of --since is not a date. Write a day such as 2026-11-22'],
  [['--limit', '-3'], '"-3" of --limit is not a number of revisions.'],
  [['--graph', '--reverse'], '--graph and --reverse do not go together; leave out one of the two.'],
  [['-i', '--offline'], '-i asks the database what is current, and --offline leaves it alone'],
  [['-i'], 'No database is configured'],
])('%j is a mistake of usage', async (args, message) => {
  const cwd = useProject({ '.dbmigrc.json': '{}', ...files })
  const { exitCode, stderr, stdout } = await dbmig(['history', ...args], { cwd })
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
  expect(stderr).toContain(message)
})

test('-i asks the database and makes no table', async () => {
  const { run, database } = await useFixture()
  const { stdout, exitCode } = await run('history', '-i', '--limit', '1')
  expect({ stdout, exitCode }).toEqual({
    stdout: 'ddd4  pending           message of ddd4 (head, merges bbb2, ccc3)',
    exitCode: 0,
  })
  expect(await database.query(`select 1 from pg_class where relname like 'dbmig%'`)).toEqual([])
})

test('branches shows what is applied, and with -v everything', async () => {
  const { run } = await useFixture()
  await run('upgrade', 'bbb2')
  const { stdout } = await run('branches')
  expect(stdout.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d/g, 'yyyy-mm-dd hh:mm').split('\n')).toEqual([
    'aaa1     yyyy-mm-dd hh:mm  message of aaa1 (base, branch point)',
    '├─ bbb2  yyyy-mm-dd hh:mm  message of bbb2 (current)',
    '└─ ccc3  pending           message of ccc3',
  ])
  expect((await run('branches', '-v')).stdout).toContain('└─ Revision    ccc3')
  expect(JSON.parse((await run('branches', '--json')).stdout)).toMatchObject([
    { point: { revision: 'aaa1' }, children: [{ revision: 'bbb2' }, { revision: 'ccc3' }] },
  ])
})

test('show gives several targets, each whole and once', async () => {
  const { run } = await useFixture()
  const { stdout } = await run('show', 'aaa1', 'head', 'aaa', '--offline')
  expect(stdout.split('\n\n').map((block) => block.split('\n')[0])).toEqual([
    'Revision    aaa1 (base, branch point)',
    'Revision    ddd4 (head, merge)',
  ])
})

test('-v tells from where a revision was applied, and JSON as well', async () => {
  const { run, database } = await useFixture()
  await run('upgrade', 'aaa1')
  await run('downgrade', 'base')
  await run('upgrade', 'bbb2')
  await database.query(`update dbmig_log set os_user = 'ann', host = 'laptop'
    where id = (select max(id) from dbmig_log where revision = 'aaa1')`)
  await database.query(`update dbmig_log set os_user = null, host = 'ci-7' where revision = 'bbb2'`)
  expect((await run('show', 'aaa1')).stdout).toMatch(/^Applied {5}.* by postgres \(ann@laptop\), in \d+ ms$/m)
  expect((await run('history', '-v')).stdout).toContain(' by postgres (ci-7), in ')
  expect(JSON.parse((await run('show', 'aaa1', 'ccc3', '--json')).stdout)).toMatchObject([
    { applied: { by: 'postgres', osUser: 'ann', host: 'laptop' } },
    { applied: null },
  ])
})

test('a role that may read the ledger and not its log sees all but from where', async () => {
  const { run, database } = await useFixture()
  await run('upgrade', 'aaa1')
  const role = await useTestRole(database)
  await database.query(`grant select on dbmig_version to ${role.name}`)
  try {
    const { stdout, exitCode } = await run('show', 'aaa1', '--json', '--url', role.url)
    expect({ exitCode, shown: JSON.parse(stdout) }).toMatchObject({
      exitCode: 0,
      shown: [{ applied: { by: 'postgres', osUser: null, host: null } }],
    })
  } finally {
    await database.query(`revoke all on dbmig_version from ${role.name}`)
  }
})

test('a format makes a picture of the same selection, printed or in a file that its extension says', async () => {
  const { cwd, run } = await useFixture()
  await run('upgrade', 'bbb2')
  const printed = await run('history', '--format', 'mermaid', '--since', '2026-09-10')
  expect(printed.stdout.split('\n').filter((line) => /^ +r\d/.test(line))).toEqual([
    expect.stringMatching(/^ {2}r0\["<b>(aaa1|bbb2)<\/b><br\/><small>not listed<\/small>"\]:::elsewhere$/),
    expect.stringMatching(/^ {2}r1\["<b>(aaa1|bbb2)<\/b><br\/><small>not listed<\/small>"\]:::elsewhere$/),
    '  r2["<b>ccc3</b><br/>message of ccc3<br/><small>pending</small>"]:::pending',
    '  r3["<b>ddd4</b><br/>message of ddd4<br/><small>head, merge, pending</small>"]:::pending',
    expect.stringMatching(/^ {2}r\d --> r2$/),
    expect.stringMatching(/^ {2}r\d --> r3$/),
    '  r2 --> r3',
  ])
  const file = join(cwd, 'doc/history.svg')
  expect((await run('history', '-o', 'doc/history.svg')).stdout).toBe('wrote doc/history.svg')
  expect(readFileSync(file, 'utf8')).toMatch(/<svg[\s\S]*current, applied \d{4}/)
  expect((await run('history', '-o', 'doc/history.svg', '--offline')).stdout).toBe('wrote doc/history.svg')
  expect(readFileSync(file, 'utf8')).not.toContain('applied')
  const csv = await run('history', '--format', 'csv', '--limit', '1')
  expect(csv.stdout).toMatch(
    /\r\nddd4,message of ddd4,pending,,,,,,,,2026-09-22T12:00:00Z,bbb2 ccc3,,,,yes,yes,migrations\/ddd4\.ts\r?$/,
  )
  const reversed = await run('history', '--format', 'csv', '--reverse')
  expect(reversed.stdout.split('\r\n').map((line) => line.slice(0, 4))).toEqual([
    ...['revi', 'aaa1', expect.stringMatching(/bbb2|ccc3/), expect.stringMatching(/bbb2|ccc3/), 'ddd4'],
  ])
  const outside = join(cwd, '../', `${basename(cwd)}-history.csv`)
  expect((await run('history', '-o', outside)).stdout).toBe(`wrote ${outside}`)
  rmSync(outside)
  expect((await run('history', '-o', 'h.csv')).stdout).toBe('wrote h.csv')
  expect((await run('history', '-o', 'h.csv')).stdout).toBe('h.csv is up to date.')
  expect((await run('history', '-o', 'h.csv', '--limit', '1')).stdout).toBe('wrote h.csv')
})

test('a picture replaces no file that it has not written', async () => {
  const cwd = useProject({
    'dbmig.config.js': configFor('postgres://nobody@localhost:1/none'),
    ...files,
    'mine.csv': 'a,b\n',
  })
  const { exitCode, stderr } = await dbmig(['history', '--offline', '-o', 'mine.csv'], { cwd })
  expect({ exitCode, stderr }).toEqual({
    exitCode: 2,
    stderr: `error: ${join(cwd, 'mine.csv')} is there already, and dbmig history has not written it, so it stays as it is. Name another file, or move that one away.`,
  })
  expect(readFileSync(join(cwd, 'mine.csv'), 'utf8')).toBe('a,b\n')
})

test.each([
  [
    ['--format', 'svg', '--graph'],
    '--format and --graph do not go together: --graph draws beside the list; leave out one of the two.',
  ],
  [
    ['-o', 'h.svg', '--reverse'],
    '--output and --reverse do not go together: a picture is no list, but csv is one; leave out one of the two.',
  ],
  [['--format', 'dot', '-o', 'history.svg'], 'The name of history.svg says svg, and --format says dot.'],
  [['-o', 'migrations'], 'migrations is a folder. Name a file in it, or another place.'],
  [['-o', 'history.png'], 'The name of history.png says no format.'],
  [['--format', 'png'], "option '--format <format>' argument 'png' is invalid"],
])('%j is refused with a sentence, and writes nothing', async (args, message) => {
  const cwd = useProject({ 'dbmig.config.js': configFor('postgres://nobody@localhost:1/none'), ...files })
  const { exitCode, stderr } = await dbmig(['history', '--offline', ...args], { cwd })
  expect(stderr).toContain(message)
  expect(exitCode).toBe(2)
  for (const file of ['history.png', 'history.svg']) expect(existsSync(join(cwd, file))).toBe(false)
})

test('a table of many databases is refused with a sentence', async () => {
  const cwd = useProject({ 'dbmig.config.js': configFor('postgres://nobody@localhost:1/none') })
  expect(await dbmig(['history', '--format', 'csv', '--all'], { cwd })).toEqual({
    exitCode: 2,
    stdout: '',
    stderr:
      'error: --format and --all do not go together: a picture or table is of one database; leave out one of the two.',
  })
})
