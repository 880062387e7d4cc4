/** What two databases differ in, apart from what migration tools keep for themselves. */
import { readCatalog } from '../../../src/catalog/read.ts'
import { openSession } from '../../../src/database/open.ts'
import { compareCatalogs } from '../../../src/diff/compare.ts'
import { reportChanges } from '../../../src/diff/report.ts'
import type { TestDatabase } from '../../support/database.ts'

const tables = [
  ...['dbmig_version', 'dbmig_log', 'kysely_migration', 'kysely_migration_lock'],
  ...['schema_migrations', 'pgmigrations'],
]
const scope = { schemas: ['public'], hiddenTables: tables.map((name) => ({ schema: 'public', name })) }

async function catalogOf({ url }: TestDatabase) {
  const session = await openSession(url)
  try {
    return await readCatalog(session, scope)
  } finally {
    await session.close()
  }
}

export async function differences(one: TestDatabase, other: TestDatabase): Promise<string[]> {
  const [live, target] = await Promise.all([catalogOf(one), catalogOf(other)])
  return reportChanges(compareCatalogs({ live, target })).map(({ summary }) => summary)
}
