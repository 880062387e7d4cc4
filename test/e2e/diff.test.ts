/** `dbmig diff` as users start it. */
import { describe, expect, test } from 'vitest'
import { dbmig, tables, useProject } from '../support/cli.ts'
import { useTestDatabase } from '../support/database.ts'

async function useDiff() {
  const database = await useTestDatabase()
  const cwd = useProject({
    '.dbmigrc.json': JSON.stringify({ url: database.url, schema: 'schema.sql' }),
    'schema.sql': 'create table t_aaa1 (id integer, name text)',
    ...tables('aaa1', 'bbb2'),
  })
  return { cwd, diff: (...args: string[]) => dbmig(['diff', ...args], { cwd }) }
}

const bbb2 = `--- /dev/null
+++ revision bbb2: table public.t_bbb2
@@ -0,0 +1,3 @@
+create table t_bbb2 (
+  id integer
+);`

describe('dbmig diff', () => {
  test('prints a unified diff, and what is pending on stderr', async () => {
    const { diff } = await useDiff()
    expect(await diff()).toEqual({
      exitCode: 0,
      stdout: `--- /dev/null
+++ target: table public.t_aaa1
@@ -0,0 +1,4 @@
+create table t_aaa1 (
+  id integer,
+  name text
+);`,
      stderr:
        'note: The database has not applied 2 revisions (aaa1, bbb2): what they do is a part of the difference.',
    })
  })

  test('of two revisions shows what is between them, with colours where asked for', async () => {
    const { diff } = await useDiff()
    expect(await diff('aaa1..bbb2')).toEqual({ exitCode: 0, stdout: bbb2, stderr: '' })
    const { stdout } = await dbmig(['diff', 'aaa1..bbb2', '--color'], { cwd: (await useDiff()).cwd })
    expect(stdout).toContain('\u001b[1m+++ revision bbb2: table public.t_bbb2\u001b[22m')
    expect(stdout).toContain('\u001b[32m+  id integer\u001b[39m')
  })

  test('exits with 3 where there is a difference only if asked, and prints nothing where there is none', async () => {
    const { diff } = await useDiff()
    expect(await diff('aaa1..bbb2', '--exit-code', '--changes')).toEqual({
      exitCode: 3,
      stdout: '  + create table public.t_bbb2',
      stderr: '',
    })
    expect(await diff('aaa1..aaa1', '--exit-code')).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: 'No difference between revision aaa1 and revision aaa1.',
    })
  })

  test('refuses what names no two states, and two ways to say the second', async () => {
    const { diff } = await useDiff()
    expect(await diff('head')).toMatchObject({ exitCode: 2, stdout: '' })
    const { exitCode, stderr } = await diff('base..head', '--against', 'x.sql')
    expect(exitCode).toBe(2)
    expect(stderr).toBe(
      'error: --against says what the database is compared with, and so does base..head. Leave out one of the two.',
    )
  })
})
