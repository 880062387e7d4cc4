/** Catalog × catalog → changes: what was made, what went, what differs. */
import type { CatalogObject } from '../catalog/kinds.ts'
import { accessDifferences } from './access.ts'
import { goesUnsaid } from './attached.ts'
import type { Change, Difference, Sides } from './change.ts'
import { difference, EXTENSION_TIES, listed } from './differ.ts'
import { differOf } from './kinds.ts'

/**
 * Every difference from the live catalog to the target's, part by part, in the order of the catalogs: drops first.
 *
 * @returns an empty list where both are the same schema
 */
export function compareCatalogs(sides: Sides): Change[] {
  const changes: Change[] = []
  for (const before of sides.live.objects.values()) {
    if (!sides.target.objects.has(before.identity) && !goesUnsaid(before, sides.live, sides.target, sides))
      changes.push({ action: 'drop', before })
  }
  for (const after of sides.target.objects.values()) {
    const before = sides.live.objects.get(after.identity)
    if (before !== undefined) changes.push(...compareObjects(before, after, sides))
    else if (!goesUnsaid(after, sides.target, sides.live, sides)) changes.push({ action: 'create', after })
  }
  return changes
}

/** Every aspect in which two states of an object differ. */
export function differencesBetween(before: CatalogObject, after: CatalogObject, sides: Sides): Difference[] {
  return [
    // The same name on what has become another kind of relation (a table's column, now a foreign table's) is another object.
    ...difference('part of', before.parent, after.parent, { replaces: true }),
    ...differOf(after).compare(before, after, sides),
    ...difference('comment', before.comment, after.comment),
    ...difference(
      EXTENSION_TIES,
      listed(before.goesWithExtensions ?? []),
      listed(after.goesWithExtensions ?? []),
    ),
  ]
}

function compareObjects(before: CatalogObject, after: CatalogObject, sides: Sides): Change[] {
  const differences = [
    ...differencesBetween(before, after, sides),
    ...accessDifferences(before, after, sides),
  ]
  if (differences.length === 0) return []
  const replaces = differences.some((d) => d.replaces)
  return [{ action: replaces ? 'replace' : 'alter', before, after, differences }]
}

/** The object that a change is about: as it is now, or as it will be when it is new. */
export function subjectOf(change: Change): CatalogObject {
  return change.action === 'create' ? change.after : change.before
}
