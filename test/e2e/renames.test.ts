/** Renames on the command line, where nobody is there to be asked. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dbmig, useProject } from '../support/cli.ts'
import { useTestDatabase } from '../support/database.ts'

async function useRenamed() {
  const database = await useTestDatabase()
  await database.query('create table users (id int, name text, fax text)')
  const cwd = useProject({
    '.dbmigrc.json': JSON.stringify({ url: database.url, schema: 'schema.sql' }),
    'schema.sql': 'create table people (id int, full_name text, site text)',
    'renames.txt': 'users=people\nusers.name=full_name\nusers.fax # is gone\n',
    'migrations/README.md': '',
  })
  return {
    files: () => readdirSync(join(cwd, 'migrations')).filter((name) => name.endsWith('.ts')),
    autogenerate: (...flags: string[]) =>
      dbmig(['revision', '--autogenerate', '-m', 'names', ...flags], { cwd }),
  }
}

test('an open question exits with 3 and prints the flags, which can be pasted', async () => {
  const { autogenerate, files } = await useRenamed()
  const { exitCode, stdout, stderr } = await autogenerate()
  expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' })
  expect(files()).toEqual([])
  const flags = [...stderr.matchAll(/--rename (\S+)/g)].flatMap(([, request = '']) => ['--rename', request])
  expect(flags).toHaveLength(6)
  expect(await autogenerate(...flags)).toMatchObject({ exitCode: 0 })
  expect(files()).toHaveLength(1)
})

test('an open question is JSON on stdout with --json, with the same flags', async () => {
  const { autogenerate } = await useRenamed()
  const { exitCode, stdout, stderr } = await autogenerate(
    '--json',
    '--rename',
    'users=people',
    '--no-rename',
    'users.fax',
  )
  expect(exitCode).toBe(3)
  expect(JSON.parse(stdout)).toEqual({
    unanswered: [
      {
        kind: 'column',
        from: 'users.name',
        identity: 'column:public.users.name',
        candidates: [
          {
            name: 'people.full_name',
            identity: 'column:public.people.full_name',
            request: 'users.name=full_name',
          },
        ],
        separate: 'users.name',
        flags: ['--rename users.name=full_name', '--no-rename users.name'],
      },
    ],
  })
  expect(stderr).toContain('The schema may have renamed an object')
})

test('--rename goes with --no-rename, for the rest or for a name', async () => {
  const renames = ['--rename', 'users=people', '--rename', 'users.name=full_name']
  for (const rest of [['--no-rename'], ['--no-rename', 'users.fax']]) {
    const { autogenerate } = await useRenamed()
    const { exitCode, stderr } = await autogenerate(...renames, ...rest)
    expect(stderr).toContain('warning: column people.fax is dropped with its data')
    expect(exitCode).toBe(0)
  }
})

test('--no-rename alone says that all are separate', async () => {
  const { autogenerate } = await useRenamed()
  const { stderr } = await autogenerate('--no-rename')
  expect(stderr).toContain('warning: table users is dropped with all its rows')
})

test('--renames reads a file', async () => {
  const { autogenerate } = await useRenamed()
  const { exitCode, stdout } = await autogenerate('--renames', 'renames.txt', '--json')
  expect(exitCode).toBe(0)
  const { changes } = JSON.parse(stdout) as { changes: { summary: string }[] }
  expect(changes.map(({ summary }) => summary)).toEqual([
    'rename table public.users to public.people',
    'rename column public.users.name to public.people.full_name',
    'drop column public.people.fax',
    'create column public.people.site',
  ])
})

test('without --autogenerate there is nothing to rename', async () => {
  const database = await useTestDatabase()
  const cwd = useProject({ '.dbmigrc.json': JSON.stringify({ url: database.url }) })
  for (const flags of [['--rename', 'a=b'], ['--renames', 'x'], ['--no-rename']]) {
    const { exitCode, stderr } = await dbmig(['revision', '-m', 'x', ...flags], { cwd })
    expect(exitCode).toBe(2)
    expect(stderr).toContain(`${flags[0]} `)
  }
})
