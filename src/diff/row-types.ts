/** Columns that hold rows of a table or view: PostgreSQL neither rewrites a table nor drops a view while there are any. */
import { type Catalog, dependentsIn, findObject } from '../catalog/catalog.ts'
import type { Column } from '../catalog/column.ts'
import type { CatalogObject } from '../catalog/kinds.ts'
import type { Identity } from '../catalog/object.ts'
import { DbmigError } from '../errors.ts'
import type { Change, Sides } from './change.ts'
import { conversionOf } from './conversion.ts'
import type { Draft } from './draft.ts'
import { holdsType } from './remake.ts'
import { isStoredAsText } from './value-type.ts'

const RELATIONS: ReadonlySet<string> = new Set<CatalogObject['kind']>(['table', 'view'])

/**
 * Sees to it that no change needs what PostgreSQL does not do while a column that stays holds rows of a relation.
 *
 * @throws DbmigError `DIFF_ROW_TYPE`
 */
export function refuseHeldRows(changes: readonly Change[], sides: Sides): void {
  for (const change of changes) {
    const relation = relationOf(change, sides)
    if (relation === undefined) continue
    const held = holdersOf(relation, sides.live).find(
      (column) => findObject(sides.target, 'column', column.identity)?.type === column.type,
    )
    if (held === undefined) continue
    const why = relation.kind === 'view' ? 'drops and makes again no view' : 'rewrites no table'
    throw new DbmigError(
      'DIFF_ROW_TYPE',
      `PostgreSQL ${why} whose rows a column holds, as ${held.table}.${held.name} does those of ${relation.name}: give ${held.table}.${held.name} another type in one revision, and its own again in one after this change.`,
    )
  }
}

/** What must go first, as actions: what holds a table's rows before it is rewritten, the rewriting before what comes to hold them. */
export function heldRowNeeds(draft: Draft, object: CatalogObject, sides: Sides): string[] {
  if (object.kind !== 'column' || draft.followUp !== null) return []
  if (draft.action !== 'alter' && draft.action !== 'create') return []
  const relation = draft.object === object ? relationOf(draft.change, sides) : undefined
  const holders = relation === undefined ? [] : holdersOf(relation, sides.live)
  return [
    ...holders.flatMap(({ identity }) => [`drop ${identity}`, `alter ${identity}`]),
    ...heldBy(object, sides.target).flatMap((table) =>
      [...(dependentsIn(sides.target).get(table) ?? [])].map((part) => `alter ${part}`),
    ),
  ]
}

/** The relation that a change rewrites, or drops and makes again. */
function relationOf(change: Change, sides: Sides): CatalogObject | undefined {
  if (change.action === 'replace') return change.before.kind === 'view' ? change.before : undefined
  if (change.action === 'drop' || change.after.kind !== 'column') return undefined
  const table = findObject(sides.live, 'table', change.after.parent)
  return table !== undefined && rewrites(change, sides) ? table : undefined
}

function rewrites(change: Exclude<Change, { action: 'drop' | 'replace' }>, sides: Sides): boolean {
  const { after } = change
  if (after.kind !== 'column') return false
  if (change.action === 'create')
    return after.default !== null || after.identityColumn !== null || after.generated?.stored === true
  const { before } = change
  if (before.kind !== 'column' || before.type === after.type) return false
  const { loss, risk } = conversionOf(before, after, sides)
  return loss !== null || risk !== null || !isStoredAsText(before.baseType) || !isStoredAsText(after.baseType)
}

/** The columns of which a relation's rows are values, by themselves or within those of other types. */
function holdersOf(relation: CatalogObject, catalog: Catalog): Column[] {
  const holders: Column[] = []
  const types = new Set<Identity>([relation.identity])
  for (const identity of types) {
    const type = catalog.objects.get(identity)
    for (const dependent of dependentsIn(catalog).get(identity) ?? []) {
      const object = catalog.objects.get(dependent)
      if (object === undefined || type === undefined) continue
      if (object.kind === 'column' && holdsType(object, type, catalog)) holders.push(object)
      if (object.kind === 'domain' || object.kind === 'composite type' || object.kind === 'range type')
        types.add(dependent)
    }
  }
  return holders
}

/** The tables whose rows a column holds. */
function heldBy(column: Column, catalog: Catalog): Identity[] {
  return [...(catalog.dependencies.get(column.identity) ?? [])].filter((needed) => {
    const relation = catalog.objects.get(needed)
    return relation !== undefined && RELATIONS.has(relation.kind) && holdsType(column, relation, catalog)
  })
}
