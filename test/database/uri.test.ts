import fc from 'fast-check'
import { expect, test } from 'vitest'
import { editUri, parseUri, withDatabase } from '../../src/database/uri.ts'

const word = fc.string({ minLength: 1, unit: 'grapheme' })
const e = encodeURIComponent

test('what is escaped is read back, whatever its characters', () => {
  fc.assert(
    fc.property(word, word, word, word, (user, password, database, options) => {
      const uri = `postgres://${e(user)}:${e(password)}@a:1,b/${e(database)}?options=${e(options)}`
      expect(parseUri(uri)).toEqual(
        new Map([
          ['user', user],
          ['password', password],
          ['host', 'a,b'],
          ['port', '1,'],
          ['dbname', database],
          ['options', options],
        ]),
      )
    }),
  )
})

test('what is added to a URI is read back, and the rest of it stays', () => {
  fc.assert(
    fc.property(word, word, (password, database) => {
      const more = editUri(
        'postgres://joe@db?sslmode=disable&service=x',
        ['service'],
        new Map([['password', password]]),
      )
      const read = parseUri(withDatabase(more, database))
      expect(read).toEqual(
        new Map([
          ['user', 'joe'],
          ['host', 'db'],
          ['dbname', database],
          ['sslmode', 'disable'],
          ['password', password],
        ]),
      )
    }),
  )
})

test.each(['postgres:shop', 'postgres://a:b:c/d', 'postgres://[::1/d', 'postgres://h:port/d'])(
  '%s cannot be read',
  (uri) => {
    expect(parseUri(uri)).toBe(
      'write postgres://user:password@host:port/database, with special characters as %XX',
    )
  },
)
