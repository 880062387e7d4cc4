import { join } from 'node:path'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { repository } from '../support/cli.ts'

test('the demo of the shop shows the main job, and ends where it began', { timeout: 240_000 }, async () => {
  const { stdout, exitCode } = await execa(process.execPath, [join(repository, 'examples/shop/demo.js')], {
    reject: false,
    all: true,
  })
  expect(exitCode, stdout).toBe(0)
  expect(stdout).toContain('Up to date: the database is as the schema says.')
  expect(stdout.trimEnd()).toMatch(/The database is at the base: nothing is applied\.$/)
})
