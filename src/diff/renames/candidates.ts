/** What may have been renamed between two catalogs, and is for a user to decide. */
import type { CatalogObject } from '../../catalog/kinds.ts'
import type { Sides } from '../change.ts'
import type { Pair } from './likeness.ts'
import { columnParts, likelyParts, typeParts } from './parts.ts'
import { type Projection, projectionOf } from './projection.ts'
import { isAsked, type Named, partsOf, type Rename } from './rename.ts'
import { likelyWholes, type Side, sideOf, WHOLES } from './wholes.ts'

/** What is known already. */
export interface Decided {
  readonly renames: readonly Rename[]
  /** Whether a user has said that it is another object than any on the other side, or than that one. */
  isSeparate(rename: Rename): boolean
}

export const UNDECIDED: Decided = { renames: [], isSeparate: () => false }

/**
 * The candidates, the larger before what lies in them: schemas, types, tables and sequences, then columns, attributes and
 * values. What lies in a table is listed as if the table were renamed, where only one candidate says so.
 */
export function renameCandidates(sides: Sides, decided: Decided = UNDECIDED): Rename[] {
  const [live, target] = [sideOf(sides.live), sideOf(sides.target)]
  const found: Rename[] = []
  const supposed = [...decided.renames]
  const used = new Set(
    decided.renames.flatMap(({ from, to }) => [`from ${from.identity}`, `to ${to.identity}`]),
  )
  const isOpen = (rename: Rename): boolean =>
    !decided.isSeparate(rename) &&
    !used.has(`from ${rename.from.identity}`) &&
    !used.has(`to ${rename.to.identity}`)
  const take = (pairs: readonly Pair<Named>[]): void => {
    const open = pairs.filter(isOpen)
    found.push(...open)
    supposed.push(...open.filter((one) => open.every((other) => one === other || !rivals(one, other))))
  }
  for (const kinds of WHOLES) {
    const { gone, come, projection } = oneSided(live, target, supposed, kinds)
    take(
      likelyWholes(
        gone.filter((one) => !used.has(`from ${one.identity}`)),
        come.filter((one) => !used.has(`to ${one.identity}`)),
        live,
        target,
        projection,
      ),
    )
  }
  take(likelyPartsOf(live, target, projectionOf(supposed, sides.live), used))
  return found
}

function rivals(one: Rename, other: Rename): boolean {
  return one.from.identity === other.from.identity || one.to.identity === other.to.identity
}

/** The objects of some kinds that one side has and the other has not. */
function oneSided(live: Side, target: Side, renames: readonly Rename[], kinds: readonly string[]) {
  const projection = projectionOf(renames, live.catalog)
  const held = new Set<string>()
  const gone: CatalogObject[] = []
  for (const object of live.catalog.objects.values()) {
    if (!kinds.includes(object.kind)) continue
    const identity = projection.identityOf(object)
    held.add(identity)
    if (!target.catalog.objects.has(identity)) gone.push(object)
  }
  const come = [...target.catalog.objects.values()].filter(
    (object) => kinds.includes(object.kind) && !held.has(object.identity),
  )
  return { gone, come, projection }
}

/** The parts of tables and types that both sides have. */
function likelyPartsOf(
  live: Side,
  target: Side,
  projection: Projection,
  used: ReadonlySet<string>,
): Pair<Named>[] {
  const pairs: Pair<Named>[] = []
  for (const before of live.catalog.objects.values()) {
    if (!isAsked(before.kind) || before.parent !== null) continue
    const after = target.catalog.objects.get(projection.identityOf(before))
    if (after === undefined) continue
    const [old, wanted] = [partsIn(before, live, projection.typeOf), partsIn(after, target, String)]
    const [oldNames, newNames] = [namesOf(old), namesOf(wanted)]
    const isGone = (named: Named): boolean =>
      old.some((part) => part.named === named)
        ? !used.has(`from ${named.identity}`) && !newNames.has(named.name)
        : !used.has(`to ${named.identity}`) && !oldNames.has(named.name)
    if (oldNames.size > 0) pairs.push(...likelyParts(old, wanted, isGone))
  }
  return pairs
}

function partsIn(object: CatalogObject, { columns }: Side, typeOf: (type: string) => string) {
  return partsOf(object).length > 0
    ? typeParts(object, typeOf)
    : columnParts(columns.get(object.identity) ?? [], typeOf)
}

function namesOf(parts: readonly { readonly named: Named }[]): ReadonlySet<string> {
  return new Set(parts.map(({ named }) => named.name))
}
