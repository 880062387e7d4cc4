/** `dbmig types` as users start it. */
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { dbmig, tables, useProject } from '../support/cli.ts'
import { useTestDatabase } from '../support/database.ts'
import { writeFiles } from '../support/folder.ts'

const declaration = 'create table user_account (id int primary key, full_name text not null, address_1 text);'

function useTypes(config: object = {}) {
  const cwd = useProject({
    '.dbmigrc.json': JSON.stringify({ schema: 'schema.sql', shadow: 'pglite', ...config }),
    'schema.sql': declaration,
    ...tables('aaa1'),
  })
  return {
    cwd,
    types: (...args: string[]) => dbmig(['types', ...args], { cwd }),
    read: (file: string) => readFileSync(join(cwd, file), 'utf8'),
  }
}

const userAccount = `export interface UserAccount {
  id: number
  full_name: string
  address_1: string | null
}

export interface Database {
  user_account: UserAccount
}`

describe('dbmig types', () => {
  test('prints the types of the declared schema without a database', async () => {
    const { types } = useTypes()
    const { stdout, ...rest } = await types()
    expect(rest).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout).toContain('The tables, views and enums of the database, for Kysely.')
    expect(stdout.endsWith(`\n\n${userAccount}`)).toBe(true)
  })

  test('writes a file, leaves one alone that is right, and checks it', async () => {
    const { cwd, types, read } = useTypes()
    expect(await types('--check', 'src/db.ts')).toEqual({
      exitCode: 3,
      stdout: '',
      stderr:
        'error: There is no file src/db.ts to check. Write it first, without --check, or correct the path.',
    })
    expect(await types('-o', 'src/db.ts')).toEqual({ exitCode: 0, stdout: 'wrote src/db.ts', stderr: '' })
    expect(read('src/db.ts').endsWith(`\n\n${userAccount}\n`)).toBe(true)
    const { mtimeMs, ino } = statSync(join(cwd, 'src/db.ts'))
    const fine = { exitCode: 0, stdout: 'src/db.ts is up to date.', stderr: '' }
    expect(await types('-o', 'src/db.ts')).toEqual(fine)
    expect(statSync(join(cwd, 'src/db.ts'))).toMatchObject({ mtimeMs, ino })
    writeFiles(cwd, { 'src/db.ts': read('src/db.ts').replaceAll('\n', '\r\n') })
    expect(await types('--check', 'src/db.ts')).toEqual(fine)
    writeFiles(cwd, { 'schema.sql': `${declaration} create table more ();` })
    expect(await types('--check', 'src/db.ts')).toEqual({
      exitCode: 3,
      stdout:
        'src/db.ts does not hold the types of the declared schema: "dbmig types -o src/db.ts" writes them.',
      stderr: '',
    })
    expect(read('src/db.ts')).not.toContain('More')
    expect(await types('-o', 'src/db.ts')).toMatchObject({ stdout: 'wrote src/db.ts' })
    expect(read('src/db.ts')).toContain('export interface More {}')
  })

  test('takes the file, the names and the overrides of the configuration, and flags win', async () => {
    const overrides = { columns: { 'user_account.full_name': 'FullName' } }
    const { cwd, types, read } = useTypes({ types: { output: 'gen/db.ts', camelCase: true, overrides } })
    const note =
      'note: CamelCasePlugin does not find the way back from camelCase to public.user_account.address_1, so queries with it fail: rename it, or give the plugin and `types.camelCase` the options that fit, such as underscoreBeforeDigits.'
    writeFiles(cwd, { 'gen/db.ts': '', "other/the app's.ts": '' })
    expect(await types('--check')).toEqual({
      exitCode: 3,
      stdout: 'gen/db.ts does not hold the types of the declared schema: "dbmig types" writes them.',
      stderr: note,
    })
    expect(await types()).toEqual({ exitCode: 0, stdout: 'wrote gen/db.ts', stderr: note })
    expect(read('gen/db.ts')).toContain('  fullName: FullName\n')
    expect(read('gen/db.ts')).toContain('  userAccount: UserAccount\n')
    const { stdout, stderr } = await types('-o', '-', '--no-camel-case')
    expect(stdout).toContain('  full_name: FullName\n')
    expect(stderr).toBe('')
    const elsewhere = await dbmig(['types', '--check', "the app's.ts", '--no-camel-case'], {
      cwd: join(cwd, 'other'),
    })
    expect(elsewhere.stdout).toBe(
      `the app's.ts does not hold the types of the declared schema: "dbmig types -o 'the app'\\''s.ts' --no-camel-case" writes them.`,
    )
  })

  test('reads the live database, or a revision', async () => {
    const { url, query } = await useTestDatabase()
    await query('create table seen (id bigint not null)')
    const { cwd, types } = useTypes({ url })
    const live = await types('--live')
    expect(live.stdout).toContain('  seen: Seen\n')
    const revision = await types('--at', 'head')
    expect(revision.stdout).toContain('  t_aaa1: TAaa1\n')
    expect(revision.stdout).not.toContain('dbmig_')
    writeFiles(cwd, { 'db.ts': '' })
    expect(await types('--check', 'db.ts', '--at', 'head')).toMatchObject({
      exitCode: 3,
      stdout: 'db.ts does not hold the types of revision aaa1: "dbmig types --at head -o db.ts" writes them.',
    })
  })

  test('a file of the declared schema is up to date for a live database that is the same', async () => {
    const { url, query } = await useTestDatabase()
    await query(declaration)
    const { types } = useTypes({ url })
    await types('-o', 'db.ts')
    const fine = { exitCode: 0, stdout: 'db.ts is up to date.', stderr: '' }
    expect(await types('--live', '--check', 'db.ts')).toEqual(fine)
  })

  test('says that an embedded database has taken the place of a server that is not there', async () => {
    const { types } = useTypes({ url: 'postgres://nobody@127.0.0.1:1/none', shadow: undefined })
    expect(await types()).toMatchObject({
      exitCode: 0,
      stderr:
        'note: No server listens on 127.0.0.1:1; start PostgreSQL there, or correct the URL. An embedded PostgreSQL has built the schema in its place.',
    })
  })

  test.each([
    [
      ['--check'],
      {},
      'error: There is no file to compare the types with. Give it behind --check, or as `types.output` in the configuration.',
    ],
    [
      ['--live', '--at', 'head'],
      {},
      'error: --live reads the database and --at head a revision. Leave out one of the two.',
    ],
    [
      ['--check', 'a.ts', '-o', 'b.ts'],
      {},
      'error: --check says which file is compared, and writes none. Leave out --output.',
    ],
    [['-o', 'migrations'], {}, 'error: migrations is a folder. Name a file in it, or another place.'],
    [['-o', 'new/'], {}, 'error: new/ is a folder. Name a file in it, or another place.'],
    [['-o', '/dev/null'], {}, 'error: /dev/null is no regular file. Name a file, or another place.'],
    [
      [],
      { types: { overrides: { types: { moood: 'x' } } } },
      "error: types.overrides.types names 'moood', and the declared schema has no such type. Did you mean 'mood'?",
    ],
  ])('refuses %o with %o', async (args, config, stderr) => {
    const { cwd, types } = useTypes(config)
    writeFiles(cwd, { 'schema.sql': `${declaration} create type mood as enum ('x');` })
    expect(await types(...args)).toEqual({ exitCode: 2, stdout: '', stderr })
  })

  test('replaces no file that it has not written', async () => {
    const { cwd, types, read } = useTypes()
    const other = '{ "description": "see dbmig types" }\n'
    writeFiles(cwd, { 'package.json': other })
    expect(await types('-o', 'package.json')).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `error: ${join(cwd, 'package.json')} is there already, and dbmig types has not written it, so it stays as it is. Name another file, or move that one away.`,
    })
    expect(read('package.json')).toBe(other)
  })

  test('says which file cannot be read or written', async () => {
    const { cwd, types } = useTypes()
    writeFiles(cwd, { file: '' })
    const below = await types('-o', 'file/db.ts')
    expect(below.exitCode).toBe(1)
    expect(below.stderr).toMatch(/^error: .*file\/db\.ts cannot be /)
  })
})
