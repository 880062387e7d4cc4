/** Plans through the command line. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { configFor, dbmig, tables, useProject } from '../support/cli.ts'
import { useTestDatabase } from '../support/database.ts'
import { writeFiles } from '../support/folder.ts'

async function useFixture() {
  const { url } = await useTestDatabase()
  const cwd = useProject({ 'dbmig.config.mjs': configFor(url), ...tables('aaa1', 'bbb2') })
  return { cwd, run: (...args: string[]) => dbmig(args, { cwd }) }
}

test('a plan is written, run once, and refused then', async () => {
  const { cwd, run } = await useFixture()
  const path = join(cwd, 'p.json')
  expect(await run('upgrade', 'head', '--plan', 'p.json')).toMatchObject({
    exitCode: 0,
    stdout: `up    aaa1  message of aaa1\nup    bbb2  message of bbb2\nThe plan is in ${path}; nothing was run. The database would be at bbb2.`,
  })
  writeFiles(cwd, tables('aaa1', 'bbb2', 'ccc3'))
  const done = await run('upgrade', '--from-plan', 'p.json')
  expect(done).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/The database is at bbb2\.$/) })
  const again = await run('upgrade', '--from-plan', 'p.json')
  expect(again).toMatchObject({ exitCode: 1, stdout: '' })
  expect(again.stderr).toMatch(
    /does not fit any more: revision aaa1 was applied meanwhile, at .*, and 1 more of this kind/,
  )
})

test('a plan goes to stdout where a dash stands for its file', async () => {
  const { cwd, run } = await useFixture()
  const { exitCode, stdout, stderr } = await run('upgrade', 'head', '--plan', '-')
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  expect(JSON.parse(stdout)).toMatchObject({ dbmigPlan: 1, command: 'upgrade', heads: ['bbb2'] })
  expect(existsSync(join(cwd, '-'))).toBe(false)
  writeFiles(cwd, { 'p.json': stdout })
  expect(await run('upgrade', '--from-plan', 'p.json')).toMatchObject({ exitCode: 0 })
  expect(await run('downgrade', 'base', '--plan', '-', '--json')).toMatchObject({
    exitCode: 2,
    stdout: '',
    stderr: expect.stringContaining(
      '--plan - writes the plan to stdout, where --json prints its own document; name a file, or leave out --json.',
    ),
  })
})

test('a dry run with --sql prints the statements', async () => {
  const { run } = await useFixture()
  expect(await run('upgrade', 'head', '--dry-run', '--sql')).toEqual({
    exitCode: 0,
    stderr: '',
    stdout: `-- up aaa1 message of aaa1 (1 of 2)
create table "t_aaa1" ("id" integer);

-- up bbb2 message of bbb2 (2 of 2)
create table "t_bbb2" ("id" integer);

-- A dry run: nothing was run. The database would be at bbb2.`,
  })
})

test.each([
  [['upgrade'], "missing required argument 'target', or --from-plan FILE"],
  [['downgrade'], "missing required argument 'target', or --from-plan FILE"],
  [['upgrade', 'head', '--from-plan', 'p.json'], 'leave out "head"'],
  [
    ['upgrade', 'head', '--plan', 'p.json', '--sql'],
    "option '--plan <file>' cannot be used with option '--sql'",
  ],
  [
    ['upgrade', '--from-plan', 'p.json', '--retry'],
    "option '--from-plan <file>' cannot be used with option '--retry'",
  ],
  [['upgrade', '--from-plan', 'p.json'], 'p.json cannot be used: it cannot be read'],
])('dbmig %j is a mistake in what was typed', async (args, message) => {
  const { cwd, run } = await useFixture()
  const { exitCode, stdout, stderr } = await run(...args)
  expect(stderr).toContain(message)
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
  expect(existsSync(join(cwd, 'p.json'))).toBe(false)
})
