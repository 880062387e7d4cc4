/** The words of an index that the builder cannot say. */
import { expect, test } from 'vitest'
import { findObject } from '../../src/catalog/catalog.ts'
import { definitionAlone } from '../../src/emit/table-index.ts'
import { catalogOf, roundTrip } from '../support/schemas.ts'

const table = 'create schema "S ONLY"; create table "S ONLY"."USING T" (a text, "B" text)'
const index = `create unique index "ON ONLY" on "S ONLY"."USING T" using btree (("B" || E'A\\\\B') desc) include (a) with (fillfactor = 50) where a <> 'IS NOT'`

test('it is in lower case but for names and strings, and named as everything else is', async () => {
  const catalog = await catalogOf(`${table}; ${index}`)
  const found = findObject(catalog, 'index', 'index:"S ONLY"."ON ONLY"')
  expect(found && definitionAlone(found, catalog, { name: 'other', concurrently: true })).toBe(
    `create unique index concurrently other on "S ONLY"."USING T" using btree ((("B" || 'A\\B'::text)) desc) include (a) with (fillfactor='50') where (a <> 'IS NOT'::text)`,
  )
})

test('it runs', async () => {
  await roundTrip(table, `${table}; ${index}`)
})
