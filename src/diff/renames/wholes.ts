/** Which schema, table, type or sequence may be another one renamed. */
import type { Catalog } from '../../catalog/catalog.ts'
import type { Column } from '../../catalog/column.ts'
import type { CatalogObject, Kind } from '../../catalog/kinds.ts'
import { type Identity, identityOf } from '../../catalog/object.ts'
import { haveAlike, likeliest, type Pair, wordsOf } from './likeness.ts'
import type { Projection } from './projection.ts'
import { type Named, namedObject } from './rename.ts'

/** One side's objects, by what they hold. */
export interface Side {
  readonly catalog: Catalog
  /** The columns of each table, in their order. */
  readonly columns: ReadonlyMap<Identity, readonly Column[]>
  /** The identities, without their schema's name, of what lies in each schema. */
  readonly contents: ReadonlyMap<string, ReadonlySet<string>>
  /** The checks of each domain. */
  readonly checks: ReadonlyMap<Identity, readonly string[]>
}

export function sideOf(catalog: Catalog): Side {
  const columns = new Map<Identity, Column[]>()
  const contents = new Map<string, Set<string>>()
  const checks = new Map<Identity, string[]>()
  for (const object of catalog.objects.values()) {
    if (object.kind === 'column') push(columns, object.parent, object)
    else if (object.kind === 'domain constraint') push(checks, object.parent, object.definition)
    else if (object.schema !== null && object.parent === null)
      contents.set(
        object.schema,
        (contents.get(object.schema) ?? new Set()).add(identityOf(object.kind, object.name)),
      )
  }
  for (const ofTable of columns.values()) ofTable.sort((a, b) => a.position - b.position)
  return { catalog, columns, contents, checks }
}

function push<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [value])
  else list.push(value)
}

/** The kinds that are weighed here, those before that others are weighed by. */
export const WHOLES: readonly (readonly Kind[])[] = [
  ['schema'],
  ['enum', 'composite type', 'domain', 'range type'],
  ['table', 'foreign table', 'sequence'],
]

/** The pairs of an object that goes and one that comes which may be the same, the likely ones of each. */
export function likelyWholes(
  gone: readonly CatalogObject[],
  come: readonly CatalogObject[],
  live: Side,
  target: Side,
  projection: Projection,
): Pair<Named>[] {
  const pairs: Pair<CatalogObject>[] = []
  const words = new Map([...gone, ...come].map((one) => [one, wordsOf(one.name)]))
  const comeBy = new Map<string, CatalogObject[]>()
  for (const other of come) push(comeBy, sortOf(other), other)
  for (const one of gone) {
    for (const other of comeBy.get(sortOf(one)) ?? []) {
      const likeness = likenessOf(one, other, live, target, projection)
      if (likeness < 0.5) continue
      const alike = haveAlike(words.get(one) ?? [], words.get(other) ?? [])
      if (likeness < 0.6 && !alike) continue
      // To the tenth, so that what is as good as equal counts as equal.
      const sameSchema = projection.placeOf(one).schema === other.schema
      const score = Math.round(likeness * 10) + (alike ? 3 : 0) + (sameSchema ? 1 : 0)
      pairs.push({ from: one, to: other, score })
    }
  }
  return likeliest(pairs).map(({ from, to, score }) => ({
    from: namedObject(from),
    to: namedObject(to),
    score,
  }))
}

/** What two objects must have in common to be one at all: a partition goes on for the same values of the same table. */
function sortOf(object: CatalogObject): string {
  if (object.kind !== 'table') return object.kind
  const { partitionOf } = object
  return partitionOf === null ? object.kind : `${object.kind} ${partitionOf.table} ${partitionOf.bound}`
}

/** What two objects have in common, from 0 to 1. */
function likenessOf(
  one: CatalogObject,
  other: CatalogObject,
  live: Side,
  target: Side,
  projection: Projection,
): number {
  const { typeOf } = projection
  if (one.kind === 'schema')
    return overlap(live.contents.get(one.name) ?? [], target.contents.get(other.name) ?? [])
  if (one.kind === 'enum' && other.kind === 'enum') return overlap(one.labels, other.labels)
  if (one.kind === 'composite type' && other.kind === 'composite type') {
    return columnLikeness(one.attributes, other.attributes, typeOf)
  }
  if (one.kind === 'domain' && other.kind === 'domain') {
    const rest = (domain: typeof one): unknown[] => [domain.collation, domain.notNull, domain.default]
    return Number(
      typeOf(one.baseType) === other.baseType &&
        equal(rest(one), rest(other)) &&
        equal(live.checks.get(one.identity), target.checks.get(other.identity)),
    )
  }
  if (one.kind === 'range type' && other.kind === 'range type') {
    const rest = (type: typeof one): unknown[] => [type.operatorClass, type.collation, type.canonical]
    return Number(typeOf(one.subtype) === other.subtype && equal(rest(one), rest(other)))
  }
  if (one.kind === 'sequence' && other.kind === 'sequence') {
    // One that a column owns goes with the column.
    const options = ({ dataType, start, increment, min, max, cycle }: typeof one): unknown[] => [
      ...[dataType, start, increment],
      ...[min, max, cycle],
    ]
    return Number(one.ownedBy === null && other.ownedBy === null && equal(options(one), options(other)))
  }
  return tableLikeness(one, other, live, target, projection)
}

function tableLikeness(
  one: CatalogObject,
  other: CatalogObject,
  live: Side,
  target: Side,
  { typeOf, identityOf: projected }: Projection,
): number {
  if (one.kind === 'table' && other.kind === 'table') {
    if ((one.partitionKey === null) !== (other.partitionKey === null)) return 0
    const [from, to] = [one.partitionOf, other.partitionOf]
    if ((from === null) !== (to === null)) return 0
    if (from !== null && to !== null) {
      const parent = live.catalog.objects.get(from.table)
      // The partition of a renamed table follows it.
      if (parent === undefined || from.bound !== to.bound || projected(parent) !== to.table) return 0
      if (parent.identity !== to.table) return 0
    }
  } else if (one.kind !== 'foreign table' || other.kind !== 'foreign table' || one.server !== other.server)
    return 0
  return columnLikeness(
    live.columns.get(one.identity) ?? [],
    target.columns.get(other.identity) ?? [],
    typeOf,
  )
}

interface Typed {
  readonly name: string
  readonly type: string
}

/** A column of the same name and type counts as one, and one that has only its type and place in common as a half. */
function columnLikeness(
  one: readonly Typed[],
  other: readonly Typed[],
  typeOf: (type: string) => string,
): number {
  const wanted = new Map(other.map(({ name, type }) => [name, type]))
  const points = one.map(({ name, type }, i) => {
    if (wanted.get(name) === typeOf(type)) return 1
    return !wanted.has(name) && other[i]?.type === typeOf(type) ? 0.5 : 0
  })
  return points.reduce((sum: number, point) => sum + point, 0) / Math.max(one.length, other.length, 1)
}

/** How much of the larger of two sets both have; nothing where both are empty. */
function overlap(one: Iterable<string>, other: Iterable<string>): number {
  const [a, b] = [new Set(one), new Set(other)]
  const shared = [...a].filter((item) => b.has(item)).length
  return shared / Math.max(a.size, b.size, 1)
}

function equal(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
