/** Writing what of a row's old version goes into the log of changes. */
import { findObject } from '../catalog/catalog.ts'
import type { Identity } from '../catalog/object.ts'
import type { Table } from '../catalog/table.ts'
import type { Sides } from '../diff/change.ts'
import { raw, type Statement, sqlName } from './emitter.ts'
import { quoteIdentifier } from './sql.ts'

/** `replica identity …`, as `alter table` takes it. */
export function replicaIdentityClause({ replicaIdentity: { mode, index } }: Table): string {
  return `replica identity ${mode === 'index' && index !== null ? `using index ${quoteIdentifier(index)}` : mode}`
}

/** What follows an index that is made again: the table that named it lost its replica identity with it. */
export function restoreReplicaIdentity(
  index: { readonly name: string; readonly parent: Identity },
  { live, target }: Sides,
): Statement[] {
  const [before, after] = [findObject(live, 'table', index.parent), findObject(target, 'table', index.parent)]
  if (before === undefined || after === undefined) return []
  const named = [before, after].every(({ replicaIdentity }) => replicaIdentity.index === index.name)
  return named ? [raw(`alter table ${sqlName(after, target)} ${replicaIdentityClause(after)}`)] : []
}
