/** `squash` through the command line, and what the other commands print of it. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { configFor, dbmig, revisionText, tables, useProject } from '../support/cli.ts'
import { useTestDatabase } from '../support/database.ts'

async function useFixture(files: Readonly<Record<string, string>> = tables('aaa1', 'bbb2', 'ccc3', 'ddd4')) {
  const database = await useTestDatabase()
  const cwd = useProject({ 'dbmig.config.js': configFor(database.url), ...files })
  return {
    cwd,
    database,
    run: (...args: string[]) => dbmig(args, { cwd }),
    files: () => readdirSync(join(cwd, 'migrations')).sort(),
  }
}

test('prints what it wrote and removed, and what was proved', async () => {
  const { run, files } = await useFixture()
  expect(await run('squash', 'bbb2:ccc3')).toEqual({
    exitCode: 0,
    stdout: [
      '+ migrations/ccc3.ts',
      '- migrations/bbb2.ts',
      'ccc3 stands for 2 revisions now. The old files are in .dbmig/squashed/ccc3: delete them when no database is inside of the range any more.',
    ].join('\n'),
    stderr: 'Proved on a shadow database: up leads where the range led, down leads back.',
  })
  expect(files()).toEqual(['aaa1.ts', 'ccc3.ts', 'ddd4.ts'])
})

test('--dry-run prints the source, and --json the contract', async () => {
  const { run, files, cwd } = await useFixture()
  const { stdout } = await run('squash', 'bbb2:ccc3', '--dry-run', '-m', 'two tables')
  expect(stdout).toContain(' * two tables\n')
  expect(stdout).toMatch(
    /- migrations\/bbb2\.ts\nA dry run: nothing was written\. 1 file would be moved to \.dbmig\/squashed\/ccc3\.$/,
  )
  const { stdout: json } = await run('squash', 'bbb2:ccc3', '--dry-run', '--json')
  expect(JSON.parse(json)).toEqual({
    revision: 'ccc3',
    replaces: ['bbb2'],
    path: join(cwd, 'migrations/ccc3.ts'),
    removed: [join(cwd, 'migrations/bbb2.ts')],
    keptIn: join(cwd, '.dbmig/squashed/ccc3'),
    proved: true,
    source: expect.stringContaining("export const replaces = ['bbb2'] as const"),
    leftOut: [],
    losses: [],
    risks: [],
    inside: null,
    hooks: [],
    dryRun: true,
  })
  expect(files()).toHaveLength(4)
})

test('a database inside of the range is told, by squash, current, history and upgrade', async () => {
  const { run, cwd } = await useFixture()
  await run('upgrade', 'bbb2')
  const { stderr } = await run('squash', 'bbb2:ccc3')
  expect(stderr).toContain(
    'warning: The configured database has applied bbb2 and not ccc3: before it meets the squash, run "dbmig upgrade ccc3" there with the files as they were.',
  )
  const told =
    'Only a part of what was squashed into ccc3 is applied: bbb2, without ccc3 (check out the commit before the squash, and run dbmig upgrade ccc3 there)'
  expect((await run('current')).stdout.split('\n')).toContain(told)
  expect((await run('history')).stdout.split('\n')).toContain(told)
  expect(JSON.parse((await run('current', '--json')).stdout)).toMatchObject({
    inside: [{ revision: 'ccc3', applied: ['bbb2'], missing: ['ccc3'] }],
  })
  expect(await run('upgrade', 'head')).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: `error: The database has applied only 1 of the 2 revisions that were squashed into ccc3 (${join(cwd, 'migrations/ccc3.ts')}): bbb2, without ccc3. Check out the commit before the squash, run "dbmig upgrade ccc3" there, and come back.`,
  })
})

test('rows are refused with the revisions that write them', async () => {
  const { run } = await useFixture({
    ...tables('aaa1', 'bbb2'),
    'migrations/ccc3.ts': revisionText({
      revision: 'ccc3',
      down: 'bbb2',
      up: "  await db.insertInto('t_aaa1').values({ id: 1 }).execute()",
    }),
  })
  const { exitCode, stderr } = await run('squash', 'aaa1:ccc3')
  expect([exitCode, ...stderr.split('\n')]).toEqual([
    1,
    'error: Revision ccc3 writes rows, which one revision that is made from the schema would not. Leave it out of the range, or add --schema-only to go without these rows.',
    '  ccc3: insert into public.t_aaa1',
  ])
  const done = await run('squash', 'aaa1:ccc3', '--schema-only')
  expect(done.stderr).toContain(
    'warning: The squash leaves out what the range does beside the schema:\n  rows: ccc3: insert into public.t_aaa1',
  )
})

test('a squash that was ended half-way says how to go on', async () => {
  const { run, cwd } = await useFixture()
  const bbb2 = readFileSync(join(cwd, 'migrations/bbb2.ts'), 'utf8')
  await run('squash', 'bbb2:ccc3')
  writeFileSync(join(cwd, 'migrations/bbb2.ts'), bbb2)
  expect((await run('heads')).stderr).toContain(
    '"dbmig squash bbb2:ccc3" moves what is left to .dbmig/squashed',
  )
  expect((await run('squash', 'bbb2:ccc3')).stdout).toBe(
    '- migrations/bbb2.ts\nMoved what was left of the revisions that ccc3 replaces to .dbmig/squashed/ccc3.',
  )
})

test('a script for psql that undoes the squash removes the rows of all that it replaces', async () => {
  const { run } = await useFixture()
  await run('squash', 'bbb2:ccc3')
  const { stdout } = await run('downgrade', 'ccc3:aaa1', '--sql')
  expect(stdout).toContain(`where revision = any(array['bbb2']::text[])`)
})

test("the project's hooks run on the new file, and one that fails is told with the file kept", async () => {
  const database = await useTestDatabase()
  const hooks = { broken: { command: process.execPath, args: ['-e', 'process.exit(3)'] } }
  const cwd = useProject({
    'dbmig.config.js': `export default ${JSON.stringify({ url: database.url, hooks })}`,
    ...tables('aaa1', 'bbb2'),
  })
  const { exitCode, stderr } = await dbmig(['squash', ':'], { cwd })
  expect(exitCode).toBe(1)
  expect(stderr).toContain(
    `error: The hook "broken" failed with exit code 3. ${join(cwd, 'migrations/bbb2.ts')} is kept as it is now.`,
  )
  expect(readdirSync(join(cwd, 'migrations'))).toEqual(['bbb2.ts'])
})
