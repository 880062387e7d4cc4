/** Which views a revision writes with the queries of their declaration. */
import { type Catalog, dependentsIn, type WrittenQuery } from '../catalog/catalog.ts'
import type { Column } from '../catalog/column.ts'
import type { Identity } from '../catalog/object.ts'
import type { Change, Sides } from '../diff/change.ts'
import { subjectOf } from '../diff/compare.ts'
import { namesAllColumns } from '../schema/written-query.ts'

/** The views that a plan of these changes may make: those that change, and those that stand on what changes. */
export function viewsToMake(changes: readonly Change[], { live, target }: Sides): ReadonlySet<Identity> {
  const reached = new Set(changes.map((change) => subjectOf(change).identity))
  for (const catalog of [live, target]) {
    const dependents = dependentsIn(catalog)
    // The set yields what is added to it meanwhile.
    for (const identity of reached) for (const one of dependents.get(identity) ?? []) reached.add(one)
  }
  return new Set([...reached].filter((identity) => isView(target, identity)))
}

function isView(catalog: Catalog, identity: Identity): boolean {
  const kind = catalog.objects.get(identity)?.kind
  return kind === 'view' || kind === 'materialized view'
}

/**
 * The queries that also mean the same where the plan has run. There a new column is the last of its table, wherever its
 * declaration stands, and `select *` gives it last.
 */
export function keepingOrder(
  written: ReadonlyMap<Identity, WrittenQuery>,
  changes: readonly Change[],
  sides: Sides,
): ReadonlyMap<Identity, WrittenQuery> {
  const starred = [...written].filter(([, { sql }]) => namesAllColumns(sql)).map(([identity]) => identity)
  if (starred.length === 0) return written
  const moved = tablesInAnotherOrder(changes, sides)
  const risky = new Set(starred.filter((view) => [...tablesOf(view, sides.target)].some((t) => moved.has(t))))
  return new Map([...written].filter(([view]) => !risky.has(view)))
}

/** The tables that a view reads, and the views. */
function tablesOf(view: Identity, { objects, dependencies }: Catalog): Set<Identity> {
  return new Set([...(dependencies.get(view) ?? [])].map((each) => objects.get(each)?.parent ?? each))
}

function tablesInAnotherOrder(changes: readonly Change[], { live, target }: Sides): Set<Identity> {
  const anew = new Set(
    changes.flatMap((change) => (change.action === 'replace' ? [change.before.identity] : [])),
  )
  const now = columnsByTable(live)
  const moved = new Set<Identity>()
  for (const [table, wanted] of columnsByTable(target)) {
    const before = anew.has(table) ? undefined : now.get(table)
    if (before === undefined) continue
    const kept = before.filter(({ identity }) => target.objects.has(identity) && !anew.has(identity))
    const known = new Set(kept.map(({ name }) => name))
    const after = [...kept, ...wanted.filter(({ name }) => !known.has(name))]
    if (after.some(({ name }, i) => name !== wanted[i]?.name)) moved.add(table)
  }
  return moved
}

/** The columns of each table in their order. */
function columnsByTable({ objects }: Catalog): Map<Identity, Column[]> {
  const tables = new Map<Identity, Column[]>()
  for (const object of objects.values()) {
    if (object.kind !== 'column') continue
    const columns = tables.get(object.parent)
    if (columns === undefined) tables.set(object.parent, [object])
    else columns.push(object)
  }
  for (const columns of tables.values()) columns.sort((a, b) => a.position - b.position)
  return tables
}
