/** What stands in the way: objects that do not differ but must be dropped and made again around a change. */
import { dependentsIn } from '../catalog/catalog.ts'
import type { CatalogObject } from '../catalog/kinds.ts'
import { type Identity, identityOf } from '../catalog/object.ts'
import { attachedTo, isImplied, isLeft } from './attached.ts'
import type { Alter, Change, Create, Difference, Replace, Sides } from './change.ts'
import { subjectOf } from './compare.ts'
import { childrenFreed, isReplaced } from './descent.ts'
import { difference, isRemark } from './differ.ts'
import { differOf } from './kinds.ts'
import { columnsWithType, remakeOf, remakesType } from './remake.ts'

/**
 * Adds to the changes the replacement of every surviving object that a change forces to be made again, transitively:
 * a view over a column whose type changes, a foreign key to a key that is replaced.
 *
 * @param loose what must let go of what stands in its way by being dropped, since its own alteration closes a circle
 */
export function withRebuilds(
  changes: readonly Change[],
  sides: Sides,
  loose: ReadonlySet<Identity> = new Set(),
): Change[] {
  const byIdentity = new Map<Identity, Change>(changes.map((change) => [subjectOf(change).identity, change]))
  const queue = changes.filter((change) => !isRemark(change))
  for (let cause = queue.pop(); cause !== undefined; cause = queue.pop()) {
    queue.push(...convertedBy(cause, sides))
    for (const identity of affected(cause, sides)) {
      const rebuilt = rebuild(identity, cause, byIdentity.get(identity), sides, loose)
      if (rebuilt === null) continue
      byIdentity.set(identity, rebuilt)
      queue.push(rebuilt)
    }
    for (const identity of madeAgain(cause, sides)) byIdentity.delete(identity)
  }
  return [...byIdentity.values()]
}

/** The indexes of partitions that go with the index above them and come back with it, so that nothing alters them. */
function madeAgain(cause: Change, { live, target }: Sides): Identity[] {
  if (cause.action !== 'replace') return []
  return attachedTo(cause.before.identity, live).flatMap(({ identity }) => {
    const after = target.objects.get(identity)
    return after !== undefined && isImplied(after, target) ? [identity] : []
  })
}

/** What may have to be made again: what needs the object, what goes with it, and what it is a part of. */
function affected(cause: Change, sides: Sides): Identity[] {
  const others = beside(cause, sides)
  if (cause.action === 'create') return others
  return [
    ...(dependentsIn(sides.live).get(cause.before.identity) ?? []),
    ...takenAlong(cause, sides),
    ...others,
  ]
}

/** What does not need the object, and yet may have to be made again with it: a domain for its check, a shell with its type, a table for a column of its partition key. */
function beside(cause: Change, sides: Sides): Identity[] {
  if (cause.action === 'drop') return []
  const { after } = cause
  if (after.kind === 'domain constraint') return [after.parent]
  if (after.kind === 'column')
    return [...(isReplaced(after.parent, sides) ? [after.parent] : []), ...childrenFreed(after, sides)]
  return after.kind === 'base type' && cause.action === 'replace'
    ? [identityOf('shell type', after.schema, after.name)]
    : []
}

/** The indexes of partitions that go with the index above them and that PostgreSQL does not make again by itself. */
function takenAlong({ action, ...cause }: Exclude<Change, Create>, { live, target }: Sides): Identity[] {
  const { kind, identity } = cause.before
  if (action !== 'replace' || (kind !== 'index' && kind !== 'constraint')) return []
  return attachedTo(identity, live)
    .filter((object) => {
      if (isLeft(object, { live, target })) return false
      const after = target.objects.get(object.identity)
      return after !== undefined && !isImplied(after, target)
    })
    .map((object) => object.identity)
}

/** The conversions of columns that come with a type that is made anew, which what reads such a column does not survive. */
function convertedBy(cause: Change, { live, target }: Sides): Alter[] {
  if (cause.action !== 'alter' || !remakesType(cause)) return []
  return columnsWithType(cause.before, live).flatMap((column) => {
    const after = target.objects.get(column.identity)
    if (after?.kind !== 'column') return []
    return [
      {
        action: 'alter',
        before: column,
        after,
        differences: difference('type', column.type, 'made anew', { remakes: true }),
      },
    ]
  })
}

function rebuild(
  identity: Identity,
  cause: Change,
  own: Change | undefined,
  sides: Sides,
  loose: ReadonlySet<Identity>,
): Change | null {
  if (own !== undefined && (own.action !== 'alter' || remakesType(own))) return null
  const before = sides.live.objects.get(identity)
  const after = sides.target.objects.get(identity)
  if (before === undefined || after === undefined) return null
  const differ = differOf(before)
  // An alteration of its own has let go of it; the order sees to it that it runs first.
  if (own?.action === 'alter' && letsGo(identity, cause, sides)) {
    const makesRoom = loose.has(identity) && losesNothing(before)
    if (makesRoom && differ.dropsEarly) return replacementOf(before, after, own, cause)
    if (cause.action === 'drop' && !makesRoom) return null
  }
  if (!differ.rebuiltBy(before, cause, sides)) return aroundOf(before, after, cause, own, sides)
  if (differ.remade) return remakeOf(before, after, own)
  return replacementOf(before, after, own, cause)
}

function replacementOf(
  before: CatalogObject,
  after: CatalogObject,
  own: Alter | undefined,
  cause: Change,
): Replace {
  const root = cause.action === 'replace' ? (cause.because ?? cause) : cause
  return { action: 'replace', before, after, differences: differencesOf(own), because: root }
}

/** Whether no data goes where an object is made again: of columns only those are that are computed from others. */
function losesNothing(object: CatalogObject): boolean {
  return object.kind === 'column' || object.kind === 'domain' || differOf(object).dropsEarly
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
  const interim = differ.interim(own?.interim ?? before, cause, sides)
  if (interim === null) return null
  const differences = [...differ.compare(before, interim, sides), ...differencesOf(own)]
  return { action: 'alter', before, after, differences, interim }
}

function differencesOf(own: Alter | undefined): readonly Difference[] {
  return own?.differences ?? []
}

/** Whether an object needs what goes or is altered no longer. */
function letsGo(identity: Identity, cause: Change, { target }: Sides): boolean {
  if (cause.action !== 'drop' && cause.action !== 'alter') return false
  return !(target.dependencies.get(identity)?.has(cause.before.identity) ?? false)
}
