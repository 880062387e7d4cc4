/** Post-write hooks as users meet them. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dbmig, useProject } from '../support/cli.ts'

const config = (hooks: Record<string, readonly string[]>) => ({
  'dbmig.config.json': JSON.stringify({ fileTemplate: '{slug}', hooks }),
})
const appends = [process.execPath, '-e', "fs.appendFileSync(process.argv[1], '// seen\\n')"]
const fails = [process.execPath, '-e', "console.log('line 3 is too long'); process.exit(4)"]

test('revision prints the path on stdout and exits with 0 where every hook went well', async () => {
  const cwd = useProject(config({ mark: appends }))
  const result = await dbmig(['revision', '-m', 'add users'], { cwd })
  expect(result).toEqual({ exitCode: 0, stdout: 'migrations/add_users.ts', stderr: '' })
  expect(readFileSync(join(cwd, 'migrations/add_users.ts'), 'utf8')).toMatch(/\/\/ seen\n$/)
})

test('a hook that fails is told on stderr, the path on stdout all the same, and the exit code is 1', async () => {
  const cwd = useProject(config({ lint: fails, mark: appends }))
  const path = join(cwd, 'migrations/add_users.ts')
  expect(await dbmig(['revision', '-m', 'add users'], { cwd })).toEqual({
    exitCode: 1,
    stdout: 'migrations/add_users.ts',
    stderr: `error: The hook "lint" failed with exit code 4. ${path} is kept as it is now.\nline 3 is too long`,
  })
  expect(readFileSync(path, 'utf8')).toMatch(/\/\/ seen\n$/)
})

test('as JSON, each hook is in the one document', async () => {
  const cwd = useProject(config({ lint: fails, mark: appends }))
  const { exitCode, stdout } = await dbmig(['revision', '-m', 'add users', '--json'], { cwd })
  expect(exitCode).toBe(1)
  const path = join(cwd, 'migrations/add_users.ts')
  expect(JSON.parse(stdout)).toMatchObject({
    path,
    hooks: [
      {
        name: 'lint',
        ok: false,
        error: expect.stringContaining('exit code 4'),
        output: 'line 3 is too long',
      },
      { name: 'mark', ok: true, error: null, output: '' },
    ],
  })
})

test('a dry run writes nothing and runs no hook', async () => {
  const cwd = useProject(config({ lint: fails }))
  const { exitCode, stdout } = await dbmig(['revision', '-m', 'x', '--dry-run'], { cwd })
  expect({ exitCode, stdout }).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('export const revision'),
  })
  expect(readdirSync(cwd)).not.toContain('migrations')
})

test('a hook that is written wrongly is named before anything is written', async () => {
  const cwd = useProject({ 'dbmig.config.json': '{ "hooks": { "format": "prettier --write" } }' })
  const { exitCode, stderr } = await dbmig(['revision', '-m', 'x'], { cwd })
  expect(exitCode).toBe(2)
  expect(stderr).toContain("dbmig.config.json: `hooks.format` is 'prettier --write', but must be a list")
  expect(readdirSync(cwd)).not.toContain('migrations')
})
