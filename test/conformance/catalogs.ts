/** Whether two databases are equal by dbmig's own catalogs, for servers that no installed `pg_dump` can read. */
import type { Catalog } from '../../src/catalog/catalog.ts'
import { readCatalog } from '../../src/catalog/read.ts'
import { openSession } from '../../src/database/open.ts'
import { compareCatalogs } from '../../src/diff/compare.ts'
import { reportChanges } from '../../src/diff/report.ts'
import type { Verdict } from './corpus.ts'

const scope = {
  schemas: ['*'],
  hiddenTables: ['dbmig_version', 'dbmig_log'].map((name) => ({ schema: 'public', name })),
}

/** Compares two databases, all kinds of objects included, without dbmig's ledger. */
export async function compareCatalogsOf(a: string, b: string): Promise<Verdict> {
  const [live, target] = await Promise.all([catalogOf(a), catalogOf(b)])
  const changes = reportChanges(compareCatalogs({ live, target }))
  return { equal: changes.length === 0, report: changes.map(({ summary }) => summary).join('\n') }
}

async function catalogOf(url: string): Promise<Catalog> {
  const session = await openSession(url)
  try {
    return { ...(await readCatalog(session, scope)), managed: { owners: true, grants: true } }
  } finally {
    await session.close()
  }
}
