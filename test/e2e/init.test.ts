/** A project from nothing, with the embedded database, as `dbmig init` sets it up. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dbmig, useProject } from '../support/cli.ts'

test.each(['commonjs', 'module', undefined])(
  'what init writes works as it is, in a package of type %s',
  async (type) => {
    const cwd = useProject({ 'package.json': JSON.stringify({ name: 'fresh', type }) })
    const { stdout, exitCode } = await dbmig(['init'], { cwd })
    expect(exitCode).toBe(0)
    expect(stdout).toContain('wrote dbmig.config.ts')

    // The three commands that it tells to type next.
    const next = [...stdout.matchAll(/^ {2}npx dbmig (.*)$/gm)].map(([, command = '']) => command)
    expect(next).toEqual(['revision --autogenerate -m "first tables"', 'upgrade head', 'history'])
    for (const command of next) {
      const words = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(
        ([, quoted, plain]) => quoted ?? plain ?? '',
      )
      const result = await dbmig(words, { cwd })
      expect(result, result.stderr).toMatchObject({ exitCode: 0 })
    }
    expect((await dbmig(['check'], { cwd })).exitCode).toBe(0)
    expect(existsSync(join(cwd, '.dbmig/data'))).toBe(true)
  },
  // Five processes, each of which starts embedded databases, beside all other tests.
  180_000,
)

test('init twice overwrites nothing and says so', async () => {
  const cwd = useProject({})
  await dbmig(['init'], { cwd })
  const { stdout, exitCode } = await dbmig(['init'], { cwd })
  expect(exitCode).toBe(0)
  expect(stdout).toContain('kept  schema.ts')
  expect(stdout).not.toContain('wrote')
})
