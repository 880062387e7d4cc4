/** Random schemas with hostile names, all kinds mixed: from one to another and back, and from nothing to a copy. */
import fc from 'fast-check'
import { expect, inject, test } from 'vitest'
import { readCatalog } from '../../src/catalog/read.ts'
import { copySchema } from '../../src/comparison/copy-schema.ts'
import { openSession } from '../../src/database/open.ts'
import { compareCatalogs } from '../../src/diff/compare.ts'
import { reportChanges } from '../../src/diff/report.ts'
import { useTestDatabase } from '../support/database.ts'
import { schemaPairs } from '../support/random-schemas/model.ts'
import { schemaSql } from '../support/random-schemas/sql.ts'
import { catalogOf, roundTrip } from '../support/schemas.ts'

/** The same few in each run; more, and others: `DBMIG_TEST_RUNS=500 DBMIG_TEST_SEED=7 npx vitest run test/diff/random-schemas.test.ts`. */
const { DBMIG_TEST_RUNS: runs = '10', DBMIG_TEST_SEED: seed = '1' } = process.env
// Shrinking takes hundreds of databases: an hour says less than the failing pair.
const settings = { numRuns: Number(runs), seed: Number(seed), endOnFailure: true }
const version = inject('serverVersion')

test('any schema leads to any other and back, and nothing differs on arrival', {
  timeout: 3_600_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(schemaPairs, async (pair) => {
      await roundTrip(schemaSql(pair, 'before', version), schemaSql(pair, 'after', version))
    }),
    settings,
  )
})

test('a schema built anew from its catalog differs in nothing', { timeout: 3_600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(schemaPairs, async (pair) => {
      const target = await catalogOf(schemaSql(pair, 'after', version))
      const session = await openSession((await useTestDatabase()).url)
      try {
        await copySchema(target, session)
        const live = await readCatalog(session, { schemas: ['*'], hiddenTables: [] })
        expect(reportChanges(compareCatalogs({ live, target }))).toEqual([])
      } finally {
        await session.close()
      }
    }),
    settings,
  )
})
