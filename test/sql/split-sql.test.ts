import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitSql } from '../../src/sql/split-sql.ts'

const split = (script: string) => splitSql(script, 'schema.sql').map(({ sql }) => sql)

test.each([
  ['a plain string', `select 'a;b', 'it''s;'; select 2`, [`select 'a;b', 'it''s;'`, 'select 2']],
  [
    'an escape string',
    String.raw`select E'\';', e'\\'; select 2`,
    [String.raw`select E'\';', e'\\'`, 'select 2'],
  ],
  [
    'an escape string that goes on in the next line',
    `select E'a'\n '\\';'; select 2`,
    [`select E'a'\n '\\';'`, 'select 2'],
  ],
  ['a plain string that ends with a backslash', `select 'a\\'; select 2`, [`select 'a\\'`, 'select 2']],
  ['a word that ends in e before a string', `select name'\\'; select 2`, [`select name'\\'`, 'select 2']],
  ['a quoted name', `select ";""'"; select 2`, [`select ";""'"`, 'select 2']],
  ['a dollar-quoted body', 'do $$ begin; $a$ end $$; select 2', ['do $$ begin; $a$ end $$', 'select 2']],
  [
    'a tagged body with another tag inside',
    'do $a$ $$;$$ $b$; $a$; select 2',
    ['do $a$ $$;$$ $b$; $a$', 'select 2'],
  ],
  ['a dollar inside a name', 'select a$b$c; select 2', ['select a$b$c', 'select 2']],
  ['a nested comment', 'select /* ; /* ; */ ; */ 1; select 2', ['select /* ; /* ; */ ; */ 1', 'select 2']],
  ['a line comment', "select 1 -- ; it's\n, 2; select 3", ["select 1 -- ; it's\n, 2", 'select 3']],
  [
    'parentheses',
    'create rule r as on insert to t do (select 1; select 2); select 3',
    ['create rule r as on insert to t do (select 1; select 2)', 'select 3'],
  ],
])('a semicolon in %s ends no statement', (_name, script, statements) => {
  expect(split(script)).toEqual(statements)
})

test('the body of a function in plain SQL is one statement, with case inside', () => {
  const body =
    'create or replace function f() returns int begin atomic select case when true then 1 end; select 2; end'
  expect(split(`${body}; select 3`)).toEqual([body, 'select 3'])
})

test('begin and end of a transaction are statements of their own', () => {
  expect(split('begin; create table t (); end; select 1')).toEqual([
    'begin',
    'create table t ()',
    'end',
    'select 1',
  ])
})

test('comments around a statement and empty statements are left out', () => {
  expect(split('-- a\n;;/* b */ select 1 -- c\n;\n-- d')).toEqual(['select 1'])
})

test('a statement knows the line on which it starts', () => {
  const script = '-- first\nselect 1;\n\n/* two\nlines */ select\n2; select 3'
  expect(splitSql(script, null).map(({ line }) => line)).toEqual([2, 5, 6])
})

test('a byte order mark is no part of the first statement', () => {
  expect(split('\uFEFFselect 1')).toEqual(['select 1'])
})

test("pg_dump's own psql commands are skipped", () => {
  expect(split('\\restrict aB;c\nselect 1;\n\\unrestrict aBc\n')).toEqual(['select 1'])
})

test('any other psql command is an error that names its line', () => {
  expect(() => split('select 1;\n\\connect shop\n')).toThrowError(
    'schema.sql:2: \\connect is a command of psql, not SQL. Take it out; dbmig reads SQL only.',
  )
})

test('the rows of a copy are left out with it', () => {
  const script = "create table t (a text);\nCOPY public.t (a) FROM stdin;\nit's; \\N\n\\.\n\nselect 2;"
  expect(splitSql(script, null)).toEqual([
    { sql: 'create table t (a text)', line: 1 },
    { sql: 'select 2', line: 6 },
  ])
})

test.each([
  ['string', "select 'a", 'string'],
  ['dollar-quoted string', 'do $$ begin', 'string'],
  ['quoted name', 'select "a', 'quoted name'],
  ['comment', 'select /* /* */', 'comment'],
])('a %s that never ends is an error that names its line', (_name, script, what) => {
  expect(() => split(`\n${script}`)).toThrowError(
    `schema.sql:2: the ${what} that starts here never ends. Close it.`,
  )
})

test('statements joined by semicolons split into themselves', () => {
  const piece = fc.constantFrom(
    'select',
    "'a;''b'",
    '"c;""d"',
    "E'\\';'",
    '$$;$$',
    '$x$ $$;$x$',
    '/* ; */',
    '(1; 2)',
    'a$1',
    '+',
    '$1',
  )
  const statement = fc.array(piece, { minLength: 1, maxLength: 8 }).map((parts) => `x ${parts.join(' ')} y`)
  fc.assert(
    fc.property(fc.array(statement), (statements) => {
      expect(split(statements.join(';\n'))).toEqual(statements)
    }),
  )
})
