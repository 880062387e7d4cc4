/** That the examples of docs/testing.md run. */
import { readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, onTestFinished, test } from 'vitest'
import { repository, revisionText, useProject } from '../support/cli.ts'
import { useTestDatabase, useTestRole } from '../support/database.ts'

test('the examples of the page are tests that pass', async () => {
  const page = readFileSync(join(repository, 'docs/testing.md'), 'utf8')
  const examples = [...page.matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) => code)
  expect(examples).toHaveLength(2)
  const server = await useTestDatabase()
  const role = await useTestRole(server, 'createdb')
  onTestFinished(async () => {
    const left = await server.query<{ name: string }>(
      'select datname::text as name from pg_database where pg_get_userbyid(datdba) = $1',
      [role.name],
    )
    for (const { name } of left) await server.query(`drop database "${name}"`)
  })
  const cwd = useProject({
    '.dbmigrc.json': '{}',
    'package.json': '{ "type": "module" }',
    'migrations/aaa1.ts': revisionText({
      revision: 'aaa1',
      up: "  await db.schema.createTable('users').addColumn('name', 'text').execute()",
    }),
    ...Object.fromEntries(examples.map((code, index) => [`example${index}.test.ts`, code])),
  })
  symlinkSync(repository, join(cwd, 'node_modules/dbmig'), 'dir')
  symlinkSync(join(repository, 'node_modules/vitest'), join(cwd, 'node_modules/vitest'), 'dir')
  const { exitCode, all } = await execa(
    process.execPath,
    [join(repository, 'node_modules/vitest/vitest.mjs'), 'run', '--root', cwd],
    { cwd, env: { DATABASE_URL: role.url }, all: true, reject: false },
  )
  expect(exitCode, all).toBe(0)
  expect(all).toMatch(/2 passed/)
})
