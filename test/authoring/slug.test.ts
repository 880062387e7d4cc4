import fc from 'fast-check'
import { expect, test } from 'vitest'
import { slugOf } from '../../src/authoring/slug.ts'

test('a slug is the words of the message in lower case, joined by underscores', () => {
  expect(slugOf('Add e-mail to "Users"!', 40)).toBe('add_e_mail_to_users')
})

test('accents are dropped, and letters of other scripts stay', () => {
  expect(slugOf('Größe für Café', 40)).toBe('große_fur_cafe')
  expect(slugOf('добавить почту', 40)).toBe('добавить_почту')
})

test('a long message is cut between words', () => {
  expect(slugOf('add the orders of customers', 14)).toBe('add_the_orders')
  expect(slugOf('add the orders of customers', 13)).toBe('add_the')
})

test('a word that is too long by itself is cut inside', () => {
  expect(slugOf('internationalisation', 5)).toBe('inter')
})

test('a message without letters gives an empty slug', () => {
  expect(slugOf('… !?', 40)).toBe('')
})

test('whatever the message, a slug is no longer than asked for and safe as a part of a file name', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 60 }), (message, maximum) => {
      const slug = slugOf(message, maximum)
      expect([...slug].length).toBeLessThanOrEqual(maximum)
      expect(slug).toMatch(/^(?:[\p{L}\p{N}]+(?:_[\p{L}\p{N}]+)*)?$/u)
    }),
  )
})
