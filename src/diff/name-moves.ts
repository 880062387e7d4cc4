/** Names that change hands: an alteration that gives up or takes a name of PostgreSQL's shared name spaces. */
import type { CatalogObject } from '../catalog/kinds.ts'
import type { Alter, Change, Sides } from './change.ts'
import { differOf } from './kinds.ts'

/** The names that an alteration gives up. */
export function namesGivenUp({ before, after }: Pick<Alter, 'before' | 'after'>): string[] {
  const kept = namesOf(after)
  return namesOf(before).filter((name) => !kept.includes(name))
}

/** The names that an alteration takes. */
export function namesTaken({ before, after }: Pick<Alter, 'before' | 'after'>): string[] {
  return namesGivenUp({ before: after, after: before })
}

const namesOfObjects = new WeakMap<CatalogObject, readonly string[]>()

/** The names that an object takes up in PostgreSQL's name spaces. */
export function namesOf(object: CatalogObject): readonly string[] {
  const known = namesOfObjects.get(object)
  if (known !== undefined) return known
  const names = differOf(object).names(object)
  namesOfObjects.set(object, names)
  return names
}

/**
 * Splits the alterations whose names change hands with an object that comes or goes: a serial column becomes an identity
 * column whose sequence has the same name. It first lets go of both (its interim), then the other object moves, then it
 * becomes what it shall be.
 */
export function withNameMoves(changes: readonly Change[], sides: Sides): Change[] {
  const dropped = new Set<string>()
  const created = new Set<string>()
  for (const change of changes) {
    if (change.action === 'drop' || change.action === 'replace')
      for (const name of namesOf(change.before)) dropped.add(name)
    if (change.action === 'create' || change.action === 'replace')
      for (const name of namesOf(change.after)) created.add(name)
  }
  return changes.map((change) => {
    if (change.action !== 'alter') return change
    const moves =
      namesGivenUp(change).some((name) => created.has(name)) ||
      namesTaken(change).some((name) => dropped.has(name))
    const interim = moves ? differOf(change.before).unnamed(change.interim ?? change.before) : null
    if (interim === null) return change
    const differences = [
      ...differOf(change.before).compare(change.before, interim, sides),
      ...change.differences,
    ]
    return { ...change, differences, interim }
  })
}
