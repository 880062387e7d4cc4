import { expect, test } from 'vitest'
import { notAtHead } from '../../src/comparison/errors.ts'
import { revisionOf } from '../support/graphs.ts'

test('a check of a database with a revision half-way says that an upgrade stops there', () => {
  const { message } = notAtHead([revisionOf('bbb2'), revisionOf('ccc3')], [], ['bbb2'])
  expect(message).toMatch(
    /Half-way: bbb2, outside a transaction; `dbmig upgrade heads` stops there and says the ways on\.$/,
  )
})
