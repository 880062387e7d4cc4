/** One schema of the corpus as types for Kysely: they compile, with queries of every table and view. */
import { readCatalog } from '../../src/catalog/read.ts'
import { openSession } from '../../src/database/open.ts'
import { databaseTypes } from '../../src/types/database-types.ts'
import { compileErrors, kyselyVersions, queriesOf } from '../types/compile.ts'
import { load, type Schema } from './corpus.ts'
import { attempt, type Outcome, type Place } from './round-trip.ts'

export async function runTypes(schema: Schema, place: Place): Promise<Outcome> {
  return attempt(schema.id, place, async ({ live }, stage) => {
    stage('load')
    await load(place.corpus, [schema.file], live)
    stage('types')
    const { text } = databaseTypes({ catalog: await catalogAt(live), name: 'live' })
    for (const version of kyselyVersions) {
      stage(version)
      const errors = compileErrors({ 'db.ts': text, 'queries.ts': queriesOf(text, 'db.ts') }, version)
      if (errors.length > 0) throw new Error(errors.join('\n'))
    }
  })
}

async function catalogAt(url: string) {
  const session = await openSession(url)
  try {
    return await readCatalog(session, { schemas: ['*'], hiddenTables: [] })
  } finally {
    await session.close()
  }
}
