/** Comparing enums: values can be added in place; to remove or reorder them the type is made anew. */
import { type Catalog, dependentsIn, findObject, objectsOf } from '../catalog/catalog.ts'
import type { Column } from '../catalog/column.ts'
import type { Enum } from '../catalog/enum.ts'
import type { CatalogObject } from '../catalog/kinds.ts'
import type { Sides } from './change.ts'
import { difference, type KindDiffer, plainDiffer, typeDropped, typeName } from './differ.ts'
import { shortName } from './names.ts'

export const enumDiffer: KindDiffer<Enum> = {
  ...plainDiffer,
  compare: (before, after, sides) => {
    const [from, to] = [before.labels.join(', '), after.labels.join(', ')]
    const inPlace = isSubsequence(before.labels, after.labels) && !usesNewValue(before, after, sides)
    return difference('values', from, to, { remakes: !inPlace })
  },
  names: (type) => [typeName(type)],
  rebuiltBy: () => false,
  isFree: () => true,
  remade: true,
  loss: typeDropped,
  risk: (step) => {
    if (step.action !== 'alter' || !step.differences.some((d) => d.aspect === 'values')) return null
    const kept = new Set(step.after.labels)
    const removed = step.before.labels.filter((label) => !kept.has(label))
    if (removed.length === 0) return null
    const values = removed.map((label) => `'${label}'`).join(', ')
    return `type ${shortName(step.before.identity, step.sides.live)} loses the value${removed.length > 1 ? 's' : ''} ${values}: the conversion fails while rows hold ${removed.length > 1 ? 'them' : 'it'}`
  },
}

/** The values that are added in place, each with the neighbour that states its position. */
export function addedValues(
  before: Enum,
  after: Enum,
): { readonly label: string; readonly before: string | null }[] {
  const known = new Set(before.labels)
  return after.labels.flatMap((label, i) => {
    if (known.has(label)) return []
    return [{ label, before: after.labels.slice(i).find((other) => known.has(other)) ?? null }]
  })
}

function isSubsequence(part: readonly string[], whole: readonly string[]): boolean {
  let found = 0
  for (const label of whole) if (part[found] === label) found++
  return found === part.length
}

/**
 * The enums whose new values the target uses at once, as they are with these values alone: what a revision of its own
 * can bring about, so that no row need be converted.
 */
export function enumsToExtend(sides: Sides): Enum[] {
  return objectsOf(sides.live, 'enum').flatMap((before) => {
    const after = findObject(sides.target, 'enum', before.identity)
    if (after === undefined || !isSubsequence(before.labels, after.labels)) return []
    return usesNewValue(before, after, sides) ? [{ ...before, labels: after.labels }] : []
  })
}

/**
 * A value that was added cannot be used before its transaction ends (manual, ALTER TYPE): where the target uses one in
 * a default, a check or a predicate that live does not have, the type is made anew instead.
 */
function usesNewValue(before: Enum, after: Enum, sides: Sides): boolean {
  const known = new Set(before.labels)
  const added = after.labels
    .filter((label) => !known.has(label))
    .map((label) => `'${label.replaceAll("'", "''")}'`)
  if (added.length === 0) return false
  for (const identity of dependentsIn(sides.target).get(after.identity) ?? []) {
    const object = sides.target.objects.get(identity)
    if (object === undefined) continue
    if (added.some((literal) => mentions(object, literal)) || takesType(object, after, sides)) return true
    if (object.kind === 'column' && added.some((literal) => boundsMention(object, literal, sides.target)))
      return true
  }
  return objectsOf(sides.target, 'function').some(
    (routine) => !isSame(routine, sides.live) && added.some((literal) => mentions(routine, literal)),
  )
}

/** Rows may hold a new value in another form, which the column's conversion would read. */
function takesType(object: CatalogObject, type: Enum, { live }: Sides): boolean {
  return (
    object.kind === 'column' &&
    live.objects.has(object.identity) &&
    !(live.dependencies.get(object.identity)?.has(type.identity) ?? false)
  )
}

/** The bound of a partition names values without depending on their type. */
function boundsMention(column: Column, literal: string, target: Catalog): boolean {
  const table = findObject(target, 'table', column.parent)
  return table?.partitionOf?.bound.includes(literal) ?? false
}

function isSame(object: CatalogObject, catalog: Catalog): boolean {
  return JSON.stringify(catalog.objects.get(object.identity)) === JSON.stringify(object)
}

function mentions(object: CatalogObject, literal: string): boolean {
  return JSON.stringify(object).includes(JSON.stringify(literal).slice(1, -1))
}
