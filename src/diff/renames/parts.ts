/** Which part of an object may be another part renamed: columns, attributes, values. */
import type { Column } from '../../catalog/column.ts'
import type { CatalogObject } from '../../catalog/kinds.ts'
import { areAlike, likeliest, type Pair } from './likeness.ts'
import { type Named, namedObject, namedPart } from './rename.ts'

/** What is weighed of a part. */
interface Part {
  readonly named: Named
  /** As PostgreSQL prints it once other renames are carried out; empty of a value. */
  readonly type: string
  /** All else that a rename leaves as it is, as one text. */
  readonly shape: string
  /** It follows what it comes from, or holds nothing: it is never renamed by itself. */
  readonly follows: boolean
}

/** The columns of a table, in order. */
export function columnParts(columns: readonly Column[], typeOf: (type: string) => string): Part[] {
  return [...columns]
    .sort((a, b) => a.position - b.position)
    .map((column) => ({
      named: namedObject(column),
      type: typeOf(column.type),
      shape: JSON.stringify([
        column.collation,
        column.notNull,
        // The sequence of a serial column is named after it.
        column.default?.startsWith('nextval(') ? 'nextval' : column.default,
        column.identityColumn?.generation ?? null,
      ]),
      follows: column.inherited || column.typed || column.generated !== null,
    }))
}

/** What an enum or a composite type consists of, in order. */
export function typeParts(type: CatalogObject, typeOf: (type: string) => string): Part[] {
  const part = { shape: '', follows: false }
  if (type.kind === 'enum')
    return type.labels.map((label) => ({ ...part, named: namedPart('value', type, label), type: '' }))
  if (type.kind !== 'composite type') return []
  return type.attributes.map((attribute) => ({
    ...part,
    named: namedPart('attribute', type, attribute.name),
    type: `${typeOf(attribute.type)} ${attribute.collation ?? ''}`,
  }))
}

/**
 * The pairs of a part that goes and one that comes which may be the same, the likely ones of each:
 *
 * - of the same type with the same collation, default and not null; where those differ, of a like name as well;
 * - of a type of the same family, a like name and in the same place;
 * - a value only in the same place.
 *
 * @param isGone whether the part is to be considered: it is on its side alone
 */
export function likelyParts(
  before: readonly Part[],
  after: readonly Part[],
  isGone: (named: Named) => boolean,
): Pair<Named>[] {
  const from = before.filter((part) => !part.follows && isGone(part.named))
  const to = after.filter((part) => !part.follows && isGone(part.named))
  if (from.length === 0 || to.length === 0) return []
  const [oldPlaces, newPlaces] = [
    placesOf(before, (part) => from.includes(part)),
    placesOf(after, (part) => to.includes(part)),
  ]
  const only = from.length === 1 && to.length === 1
  const pairs: Pair<Named>[] = []
  for (const one of from) {
    for (const other of to) {
      const samePlace = oldPlaces.get(one) === newPlaces.get(other)
      const alike = areAlike(one.named.name, other.named.name)
      const score = scoreOf(one, other, samePlace && (only || !isNowhere(oldPlaces.get(one))), alike)
      if (score > 0) pairs.push({ from: one.named, to: other.named, score })
    }
  }
  return likeliest(pairs)
}

function scoreOf(one: Part, other: Part, samePlace: boolean, alike: boolean): number {
  const more = (samePlace ? 2 : 0) + (alike ? 2 : 0)
  if (one.named.kind === 'value') return samePlace ? 4 + more : 0
  const [sameType, sameShape] = [one.type === other.type, one.shape === other.shape]
  if (sameType) return sameShape ? 5 + more : alike ? 4 + more : 0
  return alike && samePlace && familyOf(one.type) === familyOf(other.type) ? 2 + more : 0
}

const NOWHERE = '[null,null,0]'

function isNowhere(place: string | undefined): boolean {
  return place === NOWHERE
}

/** The place of each part that goes or comes: its neighbours among those that stay, and its number between them. */
function placesOf(parts: readonly Part[], moves: (part: Part) => boolean): Map<Part, string> {
  const places = new Map<Part, string>()
  let last: string | null = null
  let run: Part[] = []
  const settle = (next: string | null): void => {
    run.forEach((part, i) => {
      places.set(part, JSON.stringify([last, next, i]))
    })
    run = []
  }
  for (const part of parts) {
    if (moves(part)) run.push(part)
    else {
      settle(part.named.name)
      last = part.named.name
    }
  }
  settle(null)
  return places
}

const FAMILIES: readonly RegExp[] = [
  /^(text|character varying|character|citext)\b/,
  /^(smallint|integer|bigint|numeric|real|double precision)\b/,
  /^(date|timestamp)\b/,
  /^jsonb?\b/,
]

/** Types that convert into each other on assignment; any other type is a family of its own. */
function familyOf(type: string): string {
  const array = /(\[\])*$/.exec(type)?.[0] ?? ''
  const family = FAMILIES.findIndex((pattern) => pattern.test(type))
  return family === -1 ? type.replace(/\(.*\)/, '') : `${family}${array}`
}
