/** What holds for the ledger of every graph, on a real database: whatever the way, the same rows, and back to none. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { buildGraph } from '../../src/graph/graph.ts'
import { downgrade } from '../../src/runner/downgrade.ts'
import { upgrade } from '../../src/runner/upgrade.ts'
import { type TestDatabase, useTestDatabase } from '../support/database.ts'
import { revisionLists } from '../support/random-graphs.ts'
import { type RevisionSource, useProject } from './helpers.ts'

/** Each revision makes a table from those that it stands on, so that a wrong order fails. */
function sourcesOf(revisions: Parameters<typeof buildGraph>[0]): RevisionSource[] {
  const graph = buildGraph(revisions)
  return revisions.map(({ revision, downRevisions }) => {
    const dependsOn = graph.dependencies.get(revision) ?? []
    const below = [...new Set([...downRevisions, ...dependsOn])].map(
      (id) => `(select n as n_${id} from ${id})`,
    )
    const from = below.map((select, index) => ` cross join ${select} as below_${index}`).join('')
    return {
      id: revision,
      down: downRevisions.length === 0 ? null : downRevisions,
      dependsOn,
      up: `create table ${revision} as select one.n from (values (1)) as one(n)${from}`,
      undo: `drop table ${revision}`,
    }
  })
}

const ledgerOf = (database: TestDatabase) =>
  database.query(
    'select revision, down_revisions, depends_on, message, checksum from dbmig_version order by 1',
  )

const tablesOf = async (database: TestDatabase) => {
  const rows = await database.query<{ name: string }>(
    `select relname::text as name from pg_class where relkind = 'r' and relname ~ '^r[0-9]+$' order by 1`,
  )
  return rows.map(({ name }) => name)
}

test('whatever the way up, the ledger is the same, and downgrade base leaves nothing', async () => {
  const database = await useTestDatabase()
  const situations = revisionLists
    .filter((revisions) => revisions.length > 2)
    .chain((revisions) =>
      fc.record({
        revisions: fc.constant(revisions),
        stops: fc.shuffledSubarray(
          revisions.map(({ revision }) => revision),
          { maxLength: Math.min(4, revisions.length) },
        ),
      }),
    )
  await fc.assert(
    fc.asyncProperty(situations, async ({ revisions, stops }) => {
      const project = await useProject(database.url, sourcesOf(revisions))
      const all = revisions.map(({ revision }) => revision).sort()
      await upgrade(project, { target: 'heads' })
      expect(await tablesOf(database)).toEqual(all)
      const straight = await ledgerOf(database)
      expect(await downgrade(project, { target: 'base' })).toMatchObject({ heads: [] })
      expect([await ledgerOf(database), await tablesOf(database)]).toEqual([[], []])
      for (const target of [...stops, 'heads']) await upgrade(project, { target })
      expect(await ledgerOf(database)).toEqual(straight)
      await downgrade(project, { target: 'base' })
    }),
    { numRuns: 8 },
  )
})

test('a step up and back leaves the ledger as it was, but for the time', async () => {
  const database = await useTestDatabase()
  const situations = revisionLists.chain((revisions) =>
    fc.record({
      revisions: fc.constant(revisions),
      target: fc.constantFrom(...revisions.map(({ revision }) => revision)),
    }),
  )
  await fc.assert(
    fc.asyncProperty(situations, async ({ revisions, target }) => {
      const project = await useProject(database.url, sourcesOf(revisions))
      await upgrade(project, { target })
      const before = [await ledgerOf(database), await tablesOf(database)]
      const [parent] = revisions.find(({ revision }) => revision === target)?.downRevisions ?? []
      // The one move that has exactly one way back: the last revision of the upgrade.
      await downgrade(project, { target: parent === undefined ? `${target}@base` : `${target}@${parent}` })
      await upgrade(project, { target })
      expect([await ledgerOf(database), await tablesOf(database)]).toEqual(before)
      await downgrade(project, { target: 'base' })
    }),
    { numRuns: 8 },
  )
})
