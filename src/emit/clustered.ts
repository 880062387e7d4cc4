/** Writing which of its indexes a table is clustered on. */
import { type Catalog, dependentsIn } from '../catalog/catalog.ts'
import type { Constraint } from '../catalog/constraint.ts'
import type { TableIndex } from '../catalog/table-index.ts'
import { raw, type Statement, tableSqlName } from './emitter.ts'
import { quoteIdentifier } from './sql.ts'

/** What a new index or key says of it. */
export function clusterOn(index: TableIndex | Constraint, catalog: Catalog): Statement[] {
  if (!index.clustered) return []
  return [raw(`alter table ${tableSqlName(index, catalog)} cluster on ${quoteIdentifier(index.name)}`)]
}

/** What is said where it changes; nothing of an index that another takes over from, which says so itself. */
export function clusterMoves(index: TableIndex | Constraint, catalog: Catalog): Statement[] {
  if (index.clustered) return clusterOn(index, catalog)
  const isTakenOver = [...(dependentsIn(catalog).get(index.parent) ?? [])].some((identity) => {
    const other = catalog.objects.get(identity)
    const hasIndex = other?.kind === 'index' || other?.kind === 'constraint'
    return hasIndex && other.clustered && other.parent === index.parent
  })
  return isTakenOver ? [] : [raw(`alter table ${tableSqlName(index, catalog)} set without cluster`)]
}
