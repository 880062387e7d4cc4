/** What `diff --only` chooses of the changes. */
import type { CatalogObject } from '../catalog/kinds.ts'
import { nameOfIdentity } from '../catalog/object.ts'
import { managedBy, matchesAny } from '../catalog/scope.ts'
import type { Change, Sides } from '../diff/change.ts'
import { subjectOf } from '../diff/compare.ts'
import { nearest } from '../nearest.ts'
import { nothingNamed, partNamed } from './errors-diff.ts'
import type { SideNames } from './schema-diff.ts'

/**
 * The changes of objects that a pattern names. What contains everything, a schema, must be named itself.
 *
 * @throws COMPARISON_ONLY for a pattern that names nothing on either side: what it was meant to show may well differ
 */
export function changesOfOnly(
  changes: readonly Change[],
  sides: Sides,
  only: readonly string[],
  names: SideNames,
): Change[] {
  const { live, target } = sides
  const find = (identity: string) => target.objects.get(identity) ?? live.objects.get(identity)
  const objects = [...live.objects.values(), ...target.objects.values()]
  for (const pattern of only) requireNamed(pattern, objects, find, names)
  const chosen = managedBy({ include: only, exclude: undefined }, find)
  return changes.filter((change) => {
    const subject = subjectOf(change)
    return subject.kind === 'schema' ? matchesAny(subject, only) : chosen(subject)
  })
}

type Find = (identity: string) => CatalogObject | undefined

function requireNamed(
  pattern: string,
  objects: readonly CatalogObject[],
  find: Find,
  names: SideNames,
): void {
  const whole = objects.filter(({ parent }) => parent === null)
  if (whole.some((object) => matchesAny(object, [pattern]))) return
  const part = objects.find((object) => matchesAny(object, [pattern]))
  if (part !== undefined) throw partNamed(pattern, nameOfIdentity(wholeOf(part, find).identity))
  const known = whole.flatMap(({ name, identity }) => [name, nameOfIdentity(identity)])
  throw nothingNamed(pattern, names, nearest(pattern, known))
}

function wholeOf(part: CatalogObject, find: Find): CatalogObject {
  const above = part.parent === null ? undefined : find(part.parent)
  return above === undefined ? part : wholeOf(above, find)
}
