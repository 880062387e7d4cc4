import { describe, expect, test } from 'vitest'
import { readScript } from '../../../src/authoring/import/sql-statements.ts'

const statementsOf = (script: string) => readScript(script, '/db/1.sql').statements.map(({ sql }) => sql)

test('statements come without the semicolons and with the comments before them', () => {
  const script = `-- first\nselect 1; /* second\n * line */ select ';' -- inside\n , 2; -- select 1\nselect 1`
  expect(readScript(script, '/db/1.sql')).toEqual({
    transaction: true,
    statements: [
      { sql: 'select 1', comments: ['first'] },
      { sql: `select ';' -- inside\n , 2`, comments: ['second', 'line'] },
      { sql: 'select 1', comments: ['select 1'] },
    ],
  })
})

describe('a transaction of the file', () => {
  test('around everything is left to dbmig', () => {
    const script = '-- why\nBEGIN;\nselect 1;\nselect 2;\nCOMMIT;'
    expect(readScript(script, '/db/1.sql')).toMatchObject({
      transaction: true,
      statements: [{ sql: 'select 1', comments: ['why'] }, { sql: 'select 2' }],
    })
    expect(statementsOf('begin; end')).toEqual([])
  })
  test.each([
    'begin; select 1; commit; begin; select 2; commit',
    'select 1; commit',
    'begin; select 1; rollback; select 2',
  ])('of another form is kept, outside of one of dbmig: %s', (script) => {
    expect(readScript(script, '/db/1.sql').transaction).toBe(false)
    expect(statementsOf(script)).toEqual(script.split('; '))
  })
  test.each(['savepoint a; rollback to a', 'create function f() returns int begin atomic select 1; end'])(
    'is not what only looks like one: %s',
    (script) => {
      expect(readScript(script, '/db/1.sql').transaction).toBe(true)
    },
  )
})

test.each([
  'create index concurrently i on t (a)',
  'CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)',
  'drop index concurrently i',
  'reindex table concurrently t',
  'vacuum t',
  'alter table t detach partition p concurrently',
  'alter system set work_mem = 1',
])('what PostgreSQL runs in no transaction is run outside of one: %s', (script) => {
  expect(readScript(script, '/db/1.sql').transaction).toBe(false)
})

test('rows for COPY are refused with their line', () => {
  expect(() =>
    readScript(`create table t (a int);\ncopy t from stdin;\n1\nit's\n\\.\n`, '/db/1.sql'),
  ).toThrow('/db/1.sql:2 copies rows from stdin, which only psql can do')
})

test('a string that never ends is named with its line', () => {
  expect(() => readScript(`\nselect 'a`, '/db/1.sql')).toThrow(
    '/db/1.sql:2: the string that starts here never ends',
  )
})
