import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { withDatabase } from '../../src/database/uri.ts'
import {
  describeDatabase,
  parseAddress,
  redactText,
  redactUrl,
  withoutPassword,
} from '../../src/database/url.ts'

describe('redactUrl', () => {
  test.each([
    ['postgres://joe:secret@db.example:5433/shop', 'postgres://joe:***@db.example:5433/shop'],
    ['postgres://joe@db.example/shop', 'postgres://joe@db.example/shop'],
    ['postgres://joe:se@cr:et@db.example/shop', 'postgres://joe:***@db.example/shop'],
    ['postgres://joe:se/cr?et#@db.example/shop', 'postgres://joe:***@db.example/shop'],
    ['postgres://joe:12/34@db.example/shop', 'postgres://joe:***@db.example/shop'],
    [
      'postgres://db/shop?user=joe&password=secret&ssl=true',
      'postgres://db/shop?user=joe&password=***&ssl=true',
    ],
    ['mysql://joe:secret@db/shop', 'mysql://joe:***@db/shop'],
    ['pglite:./data', 'pglite:./data'],
  ])('%s becomes %s', (url, safe) => {
    expect(redactUrl(url)).toBe(safe)
  })

  test('no password survives, whatever its characters', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 8 }), (password) => {
        const secret = `${password}xyzzy`
        expect(redactUrl(`postgres://joe:${secret}@h/d`)).not.toContain('xyzzy')
      }),
    )
  })
})

test('a message that quotes the URL or its decoded password is masked', () => {
  const url = 'postgres://joe:p%40ss@db/shop'
  expect(redactText(`no ${url}, not p%40ss, not p@ss`, url)).toBe(
    'no postgres://joe:***@db/shop, not ***, not ***',
  )
})

test('another database on the same server keeps host, user and parameters', () => {
  expect(withDatabase('postgres://joe:x@db:5433/shop?sslmode=disable', 'a b')).toBe(
    'postgres://joe:x@db:5433/a%20b?sslmode=disable',
  )
})

test('an address is described without user and password', () => {
  expect(describeDatabase('postgres://joe:x@db:5433/shop')).toBe('database "shop" on db:5433')
  expect(describeDatabase('postgres:///shop?host=/var/run/postgresql')).toBe(
    'database "shop" on /var/run/postgresql:5432',
  )
  expect(describeDatabase('postgres://db/a%20b')).toBe('database "a b" on db:5432')
  expect(describeDatabase('postgres://db')).toBe('the default database on db:5432')
  expect(describeDatabase('pglite:./data')).toBe('the embedded database in ./data')
})

describe('parseAddress', () => {
  test('tells servers from embedded databases', () => {
    expect(parseAddress('postgresql://db/shop')).toEqual({ engine: 'server', url: 'postgresql://db/shop' })
    expect(parseAddress('pglite:./data')).toEqual({ engine: 'pglite', directory: './data' })
    expect(parseAddress('pglite:memory')).toEqual({ engine: 'pglite', directory: null })
  })

  test.each([
    [
      'mysql://joe:secret@db/shop',
      'DATABASE_URL_SCHEME',
      'The database URL mysql://joe:***@db/shop has no scheme that dbmig knows; it starts with postgres://, postgresql:// or pglite:.',
    ],
    [
      'postgres://joe:sec/ret@db/shop',
      'DATABASE_URL_INVALID',
      'The database URL postgres://joe:***@db/shop cannot be read: it has an @ after the host; write an @ in a password as %40, a / as %2F.',
    ],
    [
      'postgres://joe:s3cr@et/PW@db/shop',
      'DATABASE_URL_INVALID',
      'The database URL postgres://joe:***@db/shop cannot be read: it has an @ after the host; write an @ in a password as %40, a / as %2F.',
    ],
    [
      'pglite:',
      'DATABASE_URL_INVALID',
      'The database URL pglite: cannot be read: it names no folder; write pglite:DIR or pglite:memory.',
    ],
  ])('refuses %s with exit code 2', (url, code, message) => {
    expect(() => parseAddress(url)).toThrowError(expect.objectContaining({ code, message, exitCode: 2 }))
  })
})

test.each([
  ['postgres://joe:pw@h/d', 'postgres://joe@h/d'],
  ['postgres://joe:p@w:x@h:1/d?sslmode=require', 'postgres://joe@h:1/d?sslmode=require'],
  ['postgres://h/d?password=a&sslpassword=b', 'postgres://h/d'],
  ['postgres://h/d?password=a&user=joe', 'postgres://h/d?user=joe'],
  ['pglite:./data', 'pglite:./data'],
])('%s without its password is %s', (url, safe) => {
  expect(withoutPassword(url)).toBe(safe)
})
