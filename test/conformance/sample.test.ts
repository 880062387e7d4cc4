/** A sample of the corpus, there and back; `npm run conformance` takes all of it. Skipped where the corpus or PostgreSQL's own tools are not. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { corpus, listPairs, listSchemas } from './corpus.ts'
import { type DebianCluster, debianPostgres, startDebianCluster } from './debian-cluster.ts'
import { runSchemaOffline } from './offline.ts'
import { runPair, runSchema } from './round-trip.ts'
import { runTypes } from './types.ts'

const bin = debianPostgres()
const folder = corpus ?? ''
const available = corpus !== null && bin !== null

/** Every so many of the pairs that any application has, spread over their sources. */
const pairs = available
  ? listPairs(folder).filter((pair) => pair.tier === 'core' || pair.tier === 'noop')
  : []
const sample = pairs.filter((_, i) => i % 40 === 7)
const schemas = available ? listSchemas(folder).filter(({ id }) => id === 'chinook' || id === 'danbooru') : []

describe.skipIf(!available)('the corpus', () => {
  let cluster: DebianCluster

  beforeAll(async () => {
    cluster = await startDebianCluster(bin ?? '')
  })

  afterAll(async () => {
    await cluster.stop()
  })

  test.each(sample)('pair $id goes there and back', async (pair) => {
    const { ok, stage, reason } = await runPair(pair, { corpus: folder, base: cluster.base, worker: 0 })
    expect(ok, `${stage}: ${reason}`).toBe(true)
  })

  test.each(schemas)('schema $id is rebuilt and removed', async (schema) => {
    const { ok, stage, reason } = await runSchema(schema, { corpus: folder, base: cluster.base, worker: 0 })
    expect(ok, `${stage}: ${reason}`).toBe(true)
  })

  test.each(schemas)('the types of schema $id compile with each Kysely', async (schema) => {
    const { ok, stage, reason } = await runTypes(schema, { corpus: folder, base: cluster.base, worker: 0 })
    expect(ok, `${stage}: ${reason}`).toBe(true)
  })

  test.each(schemas)('schema $id is the same by a script for psql', async (schema) => {
    const place = { corpus: folder, base: cluster.base, worker: 0 }
    const { ok, stage, reason } = await runSchemaOffline(schema, place)
    expect(ok, `${stage}: ${reason}`).toBe(true)
  })
})
