import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readSqlFolder } from '../../../src/authoring/import/sql-folder.ts'
import { useFolder, writeFiles } from '../../support/folder.ts'

const header = {
  revision: 'aaa1',
  downRevisions: [],
  branchLabels: [],
  dependsOn: [],
  replaces: [],
  message: 'x',
  createDate: '',
}

function read(files: Readonly<Record<string, string>>, layout?: string) {
  const folder = useFolder()
  writeFiles(folder, files)
  return { folder, read: () => readSqlFolder(folder, '/migrations', layout) }
}

/** Names, messages, and the bodies of the revisions. */
function migrations(files: Readonly<Record<string, string>>, layout?: string) {
  const { layout: found, sources } = read(files, layout).read()
  return {
    layout: found.name,
    sources: sources.map(({ name, key, message, target, render }) => {
      const text = render(header)
      return { name, key, message, target, body: text.slice(text.indexOf('dependsOn')) }
    }),
  }
}

function failure(files: Readonly<Record<string, string>>, layout?: string): string {
  const { folder, read: run } = read(files, layout)
  try {
    run()
  } catch (error) {
    return String(error).replace('DbmigError: ', '').replaceAll(`${folder}/`, '').replaceAll(folder, 'DIR')
  }
  throw new Error('it was read')
}

const dbmateFile = '-- migrate:up\nselect 1;\n-- migrate:down\nselect 2;\n'
const graphileFile = (previous: string, hash: string, body: string, more = '') =>
  `--! Previous: ${previous}\n--! Hash: ${hash}\n${more}\n${body}`

describe('dbmate', () => {
  test('is told by its markers, ordered by name, known by version', () => {
    const { layout, sources } = migrations({
      '20240102_b.sql': dbmateFile,
      '20240101_a_b.sql': dbmateFile,
      'README.md': '',
    })
    expect(layout).toBe('dbmate')
    expect(sources).toMatchObject([
      {
        name: '20240101_a_b',
        key: '20240101',
        message: 'a b',
        target: join('/migrations', '20240101_a_b.ts'),
      },
      { name: '20240102_b', key: '20240102', message: 'b' },
    ])
    expect(sources[0]?.body).toBe(`dependsOn = [] as const

export async function up(db: Kysely<any>): Promise<void> {
  await sql\`select 1\`.execute(db)
}

export async function down(db: Kysely<any>): Promise<void> {
  await sql\`select 2\`.execute(db)
}
`)
  })
  test.each([
    '-- migrate:up transaction:false\n-- migrate:down',
    '-- migrate:up\n-- migrate:down transaction:false',
  ])('runs outside a transaction where either way asks for it: %j', (text) => {
    const { sources } = migrations({ '1_a.sql': text })
    expect(sources[0]?.body).toContain('export const config = { transaction: false }')
    expect(sources[0]?.body).toContain('export async function down(_db: Kysely<any>): Promise<void> {}')
  })
  test.each([
    [{ '1_a.sql': '-- migrate:up\n' }, 'it has no `-- migrate:down`'],
    [
      { '1_a.sql': '-- migrate:down\n-- migrate:up\n' },
      'its `-- migrate:down` comes before its `-- migrate:up`',
    ],
    [{ '1_a.sql': `${dbmateFile}${dbmateFile}` }, 'it has more than one `-- migrate:up`'],
    [{ '1_a.sql': `select 0;\n${dbmateFile}` }, 'there is SQL before its `-- migrate:up`'],
  ])('refuses what dbmate refuses: %j', (files, reason) => {
    expect(failure(files)).toBe(
      `1_a.sql is no migration of dbmate: ${reason}; nothing was written. Correct it or move it away, and import again.`,
    )
  })
  test('two files of one version are named', () => {
    expect(failure({ '1_a.sql': dbmateFile, '1_b.sql': dbmateFile })).toBe(
      '1_a.sql and 1_b.sql are both migration 1; nothing was written. Move one of them away, and import again.',
    )
  })
  test('a statement that cannot be read is named with its line of the file', () => {
    expect(failure({ '1_a.sql': `-- migrate:up\n\n\nselect 'a\n-- migrate:down` })).toContain(
      '1_a.sql:4: the string',
    )
    expect(failure({ '1_a.sql': `-- migrate:up\nselect 1;\n-- migrate:down\n\n"b` })).toContain(
      '1_a.sql:5: the quoted',
    )
  })
})

describe('golang-migrate', () => {
  test('is told by its names, ordered by number; without a down file there is no way back', () => {
    const { layout, sources } = migrations({
      '10_b.up.sql': 'select 3',
      '9_a.up.sql': 'begin;\nselect 1;\ncommit;',
      '9_a.down.sql': 'select 2',
    })
    expect(layout).toBe('golang-migrate')
    expect(sources.map(({ name, key }) => [name, key])).toEqual([
      ['9_a', '9'],
      ['10_b', '10'],
    ])
    expect(sources[0]?.body).toContain('down')
    expect(sources[0]?.body).not.toContain('begin')
    expect(sources[1]?.body).not.toContain('down')
  })
  test('refuses a down alone, and a version that is there twice', () => {
    expect(failure({ '1_a.down.sql': '', '2_b.up.sql': '' })).toContain(
      '1_a.down.sql is no migration of golang-migrate: there is no 1_a.up.sql beside it',
    )
    expect(failure({ '01_a.up.sql': '', '1_b.up.sql': '' })).toContain('are both migration 1')
  })
})

describe('node-pg-migrate', () => {
  const text = '-- Up Migration\nselect 1;\n\n-- Down Migration\nselect 2;\n'
  test('is told by its markers, ordered by time, known by name', () => {
    const { layout, sources } = migrations({
      '1706696430000_b.sql': text,
      '20200101000000000_a.sql': text.slice(0, text.indexOf('-- Down')),
    })
    expect(layout).toBe('node-pg-migrate')
    expect(sources).toMatchObject([
      { key: '20200101000000000_a', message: 'a' },
      { key: '1706696430000_b', message: 'b' },
    ])
    expect(sources[0]?.body).not.toContain('down')
    expect(sources[1]?.body).toContain('select 2')
  })
  test('may have a file for each way, which its names alone do not tell from golang-migrate', () => {
    const files = { '1706696430000_a.up.sql': 'select 1', '1706696430000_a.down.sql': 'select 2' }
    expect(failure(files)).toBe(
      'The files of DIR may be of golang-migrate or node-pg-migrate, which name them alike. Say which with --layout.',
    )
    expect(migrations(files, 'node-pg-migrate').sources).toMatchObject([{ key: '1706696430000_a' }])
  })
  test('is refused where migrations in code lie between', () => {
    expect(failure({ '1706696430000_a.sql': text, '1706696430001_b.js': 'exports.up = (pgm) => {}' })).toBe(
      '1706696430001_b.js may be a migration in code between those in SQL, which alone can be imported; nothing was written. Write it as SQL, or move it away if it is none, and import again.',
    )
  })
  test('a file without markers goes up as a whole, where the layout is said', () => {
    expect(migrations({ '1706696430000_a.sql': 'select 1' }, 'node-pg-migrate').sources[0]?.body).toContain(
      'select 1',
    )
    expect(failure({ '1706696430000_a.sql': '-- Down Migration\nselect 1' }, 'node-pg-migrate')).toContain(
      'it has a `-- Down Migration` and no `-- Up Migration`',
    )
  })
})

describe('graphile-migrate', () => {
  test('is read from its committed folder, in a chain, without a way back', () => {
    const { layout, sources } = migrations({
      'current.sql': 'select 9',
      'committed/000001.sql': graphileFile('-', 'sha1:a', 'select 1;'),
      'committed/000002-users.sql': graphileFile(
        'sha1:a',
        'sha1:b',
        '--! no-transaction\nvacuum;',
        '--! Message: all users\n',
      ),
    })
    expect(layout).toBe('graphile-migrate')
    expect(sources).toMatchObject([
      { name: '000001', key: 'sha1:a', message: '000001' },
      { name: '000002-users', key: 'sha1:b', message: 'all users' },
    ])
    expect(sources[1]?.body).toContain('transaction: false')
    expect(sources[1]?.body).not.toContain('no-transaction')
    expect(sources[1]?.body).not.toContain('down')
  })
  test('refuses a chain that is broken', () => {
    expect(failure({ '000001.sql': graphileFile('sha1:x', 'sha1:a', '') })).toContain(
      '000001.sql is no migration of graphile-migrate: its `--! Previous:` is not the hash of the file before it',
    )
  })
  test.each(['create role :DATABASE_OWNER', "select ':DATABASE_NAME'", 'grant all on t to :APP_ROLE'])(
    'refuses placeholders, which only it can fill in: %s',
    (sql) => {
      expect(failure({ '000001.sql': graphileFile('-', 'sha1:a', `select 1;\n${sql};`) })).toMatch(
        /^000001\.sql:5 uses the placeholder :[A-Z_]+, which graphile-migrate fills in/,
      )
    },
  )
  test('takes casts, slices and texts for what they are', () => {
    const sql = `select '1'::TEXT, a[1:N], ':NOT_ONE' from t`
    expect(migrations({ '000001.sql': graphileFile('-', 'sha1:a', sql) }).sources[0]?.body).toContain(
      '::TEXT',
    )
  })
})

describe('a folder that is of none', () => {
  test('is refused with the layouts that there are', () => {
    expect(failure({ 'a.sql': '', 'b.sql': '' })).toBe(
      'The SQL files of DIR are not of a layout that dbmig knows. If they are of one, say it with --layout: dbmate, golang-migrate, node-pg-migrate, graphile-migrate.',
    )
  })
  test('because of one file is refused with that file', () => {
    expect(failure({ '1_a.sql': dbmateFile, '2_b.sql': dbmateFile, 'schema.sql': '' })).toBe(
      'schema.sql is not of the layout of dbmate, as the other files beside it are; nothing was written. Move it away, or say the layout with --layout.',
    )
  })
  test('is empty', () => {
    expect(failure({ 'README.md': '' })).toBe(
      'DIR holds no SQL files. Name the folder that holds the migrations.',
    )
  })
  test('is said to be of a layout that there is not', () => {
    expect(failure({ '1_a.sql': dbmateFile }, 'flyway')).toBe(
      'There is no layout "flyway". There are: dbmate, golang-migrate, node-pg-migrate, graphile-migrate.',
    )
  })
})
