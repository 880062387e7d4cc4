import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cliPath, dbmig, repository } from '../support/cli.ts'

const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as { version: string }

test.each([[['--version']], [['-V']], [['--version', '--no-color']]])(
  '%s prints the version',
  async (args) => {
    expect(await dbmig(args, { cwd: '/' })).toEqual({ exitCode: 0, stdout: version, stderr: '' })
  },
)

test('--version takes at most one and a half times as long as node itself', () => {
  const time = (args: readonly string[]) => {
    const begin = performance.now()
    spawnSync(process.execPath, args)
    return performance.now() - begin
  }
  const ratios = Array.from({ length: 25 }, () => {
    const node = time(['-e', '0'])
    return time([cliPath, '--version']) / node
  })
  expect(ratios.sort((a, b) => a - b)[12]).toBeLessThan(1.5)
})
