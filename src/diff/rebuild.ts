/** What stands in the way: objects that do not differ but must be dropped and made again around a change. */
import type { Catalog } from '../catalog/catalog.ts'
import { dependentsIn } from '../catalog/catalog.ts'
import type { CatalogObject } from '../catalog/kinds.ts'
import type { Identity } from '../catalog/object.ts'
import { attachedTo, isImplied } from './attached.ts'
import type { Alter, Change, Create, Difference, Sides } from './change.ts'
import { subjectOf } from './compare.ts'
import { differOf } from './kinds.ts'
import { remakeOf, remakesType } from './remake.ts'

/**
 * Adds to the changes the replacement of every surviving object that a change forces to be made again, transitively:
 * a view over a column whose type changes, a foreign key to a key that is replaced.
 */
export function withRebuilds(changes: readonly Change[], sides: Sides): Change[] {
  const byIdentity = new Map<Identity, Change>(changes.map((change) => [subjectOf(change).identity, change]))
  const dependents = dependentsIn(sides.live)
  const queue = [...byIdentity.values()]
  for (let cause = queue.pop(); cause !== undefined; cause = queue.pop()) {
    if (cause.action === 'create') continue
    for (const identity of [...(dependents.get(cause.before.identity) ?? []), ...takenAlong(cause, sides)]) {
      const rebuilt = rebuild(identity, cause, byIdentity.get(identity), sides)
      if (rebuilt === null) continue
      byIdentity.set(identity, rebuilt)
      queue.push(rebuilt)
    }
  }
  return [...byIdentity.values()]
}

/** The indexes of partitions that go with the index above them and that PostgreSQL does not make again by itself. */
function takenAlong({ action, ...cause }: Exclude<Change, Create>, { live, target }: Sides): Identity[] {
  const { kind, identity } = cause.before
  if (action !== 'replace' || (kind !== 'index' && kind !== 'constraint')) return []
  return attachedTo(identity, live)
    .filter((object) => {
      const after = target.objects.get(object.identity)
      return after !== undefined && !isImplied(after, target)
    })
    .map((object) => object.identity)
}

function rebuild(identity: Identity, cause: Change, own: Change | undefined, sides: Sides): Change | null {
  if (own !== undefined && (own.action !== 'alter' || remakesType(own))) return null
  // An alteration of its own has let go of what is dropped; the order sees to it that it runs first.
  if (
    cause.action === 'drop' &&
    own?.action === 'alter' &&
    !needsInTarget(identity, cause.before.identity, sides.target)
  )
    return null
  const before = sides.live.objects.get(identity)
  const after = sides.target.objects.get(identity)
  if (before === undefined || after === undefined) return null
  if (!differOf(before).rebuiltBy(before, cause, sides)) return aroundOf(before, after, cause, own, sides)
  if (differOf(before).remade) return remakeOf(before, after, own)
  return { action: 'replace', before, after, differences: differencesOf(own) }
}

/** The alteration that lets go of what is replaced, and takes hold of it again. */
function aroundOf(
  before: CatalogObject,
  after: CatalogObject,
  cause: Change,
  own: Alter | undefined,
  sides: Sides,
): Alter | null {
  const differ = differOf(before)
  const interim = differ.interim(own?.interim ?? before, cause)
  if (interim === null) return null
  const differences = [...differ.compare(before, interim, sides), ...differencesOf(own)]
  return { action: 'alter', before, after, differences, interim }
}

function differencesOf(own: Alter | undefined): readonly Difference[] {
  return own?.differences ?? []
}

function needsInTarget(identity: Identity, needed: Identity, target: Catalog): boolean {
  return target.dependencies.get(identity)?.has(needed) ?? false
}
