import fc from 'fast-check'
import { expect, test } from 'vitest'
import { requireOwnTransactions, statementForPsql } from '../../../src/runner/offline/statement.ts'
import { revisionOf } from '../../support/graphs.ts'

const revision = revisionOf('a1')
const write = (sql: string) => statementForPsql(revision, sql)

test.each([
  ['select a[1:x]', 'select a[1: x];'],
  ['select a[:x]', 'select a[: x];'],
  ['select a[1:2]', 'select a[1: 2];'],
  [`select json_object('k':'v', 'k':"v")`, `select json_object('k': 'v', 'k': "v");`],
  ['select 1::int', 'select 1::int;'],
  ['select a[1::int:x::int]', 'select a[1::int: x::int];'],
  ['call p(a:=1)', 'call p(a:=1);'],
])('%s is written as %s', (sql, written) => {
  expect(write(sql)).toBe(written)
})

test.each([
  `select 'a:b \\c', E'\\':b', "x:y"`,
  'select $$:a \\b$$, $t$ $$:a$t$',
  'select 1 /* :a \\b /* ; */ */',
  'do also (select 1; select 2)',
])('%s is written as it is', (sql) => {
  expect(write(sql)).toBe(`${sql};`)
})

test('a comment at the end does not swallow the semicolon', () => {
  expect(write('select 1 -- a')).toBe('select 1 -- a\n;')
  expect(write('select 1 -- a\n/* b */')).toBe('select 1 -- a\n/* b */;')
  expect(write('select 1 /* -- a */')).toBe('select 1 /* -- a */;')
})

test('a text without a statement is left out', () => {
  expect(write(' -- nothing\n /* at all */')).toBe('')
})

test('nothing but spaces is added to a statement, and none inside of a string', () => {
  const parts = fc.constantFrom(':', '::', ':=', 'a', '1', ' ', "'x:y'", '"x:y"', '[', ']', '\n', '-')
  fc.assert(
    fc.property(fc.array(parts), (list) => {
      const sql = `select ${list.join('')} 1`
      const written = write(sql)
      expect(written.replace(/\n?;$/, '').replaceAll(': ', ':')).toBe(sql.replaceAll(': ', ':'))
      for (const text of list.filter((part) => part.length > 3)) {
        // A comment may hold half of it.
        if (!sql.includes('--')) expect(written).toContain(text)
      }
    }),
  )
})

test.each([
  'commit',
  'END',
  'rollback',
  'abort work',
  'prepare transaction $$x$$',
  'select 1; /* x */ commit and chain',
])('%s ends a transaction', (sql) => {
  expect(() => requireOwnTransactions(revision, [sql], true)).toThrow(
    'Revision a1 (/migrations/a1.ts) would end the transaction that it runs in; no script was made. Take that statement out of the file, or export const config = { transaction: false }.',
  )
})

test.each([
  'savepoint a; rollback to a; rollback to savepoint a; rollback work to a; release a',
  'create function f() returns int begin atomic select 1; end',
  'create table commit_log (id int); comment on table commit_log is $$; commit$$',
])('%s ends none', (sql) => {
  expect(() => requireOwnTransactions(revision, [sql], true)).not.toThrow()
})

test('outside of a transaction one may be begun and ended, and none may be left open', () => {
  const own = (...statements: string[]) => requireOwnTransactions(revision, statements, false)
  expect(() => own('begin', 'select 1', 'commit', 'start transaction; rollback')).not.toThrow()
  for (const left of ['begin', 'begin; commit and chain', 'begin; rollback to a']) {
    expect(() => own(left)).toThrow('began a transaction and did not end it; add the commit to the file.')
  }
})
