/** Plans through the command line. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { execa, type Options } from 'execa'
import { expect, onTestFinished, test } from 'vitest'
import { cliPath, configFor, dbmig, quiet, startDbmig, tables, useProject } from '../support/cli.ts'
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

test('a plan is read from stdin where a dash stands for its file', async () => {
  const { cwd, run } = await useFixture()
  const fed = async (command: string, input: string) => {
    const { exitCode, stdout, stderr } = await startDbmig([command, '--from-plan', '-'], {
      cwd,
      stdin: undefined,
      input,
    })
    return { exitCode, stdout, stderr }
  }
  const { stdout: plan } = await run('upgrade', 'head', '--plan', '-')
  expect(await fed('downgrade', plan)).toEqual({
    exitCode: 2,
    stdout: '',
    stderr:
      'error: The plan from standard input is one of dbmig upgrade head; nothing was run. Run it with dbmig upgrade --from-plan -.',
  })
  expect(await fed('upgrade', plan)).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/The database is at bbb2\.$/),
  })
  const again = await fed('upgrade', plan)
  expect(again).toMatchObject({ exitCode: 1, stdout: '' })
  expect(again.stderr).toMatch(/^error: The plan from standard input, made at .* does not fit any more/)
  expect(again.stderr).toContain('make a new plan with dbmig upgrade head --plan -.')
})

test.each([
  ['', 'it is empty. Nothing was run'],
  ['up    aaa1', 'it is no JSON ('],
  ['{}', 'it is no plan of dbmig. Nothing was run'],
])('%j on stdin is no plan', async (input, message) => {
  const { cwd } = await useFixture()
  const args = ['upgrade', '--from-plan', '-']
  const { exitCode, stdout, stderr } = await startDbmig(args, { cwd, stdin: undefined, input })
  expect(stderr).toContain(`The plan from standard input cannot be used: ${message}`)
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
})

// Its options are those of util-linux.
test.skipIf(process.platform !== 'linux')('no plan is waited for on a terminal', async () => {
  const { cwd } = await useFixture()
  const command = `"${process.execPath}" "${cliPath}" upgrade --from-plan -`
  const { exitCode, stdout } = await execa('script', ['-qec', command, '/dev/null'], {
    ...{ cwd, env: quiet, reject: false, stdin: 'ignore' },
  })
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
    '--from-plan - reads the plan from standard input, which is a terminal; pipe a plan to it, or name a file.',
  )
  expect(exitCode).toBe(2)
})

test('a plan that never comes is waited for until a signal', async () => {
  const { cwd } = await useFixture()
  const open: Options = { cwd, stdin: 'pipe' }
  const child = startDbmig(['upgrade', '--from-plan', '-'], open)
  // Nothing tells that it reads; by then it does.
  const timer = setTimeout(() => child.kill('SIGINT'), 3000)
  onTestFinished(() => clearTimeout(timer))
  const { exitCode, stderr } = await child
  expect(stderr).toContain('Interrupted while the plan was read from standard input; nothing was run.')
  expect(exitCode).toBe(130)
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
