/** Parts: which drafts become a part of another's statement, and which of them must stay apart. */
import type { Catalog } from '../catalog/catalog.ts'
import { isPart, originOf } from '../catalog/inheritance.ts'
import type { CatalogObject } from '../catalog/kinds.ts'
import type { Identity } from '../catalog/object.ts'
import type { Sides } from './change.ts'
import type { Draft } from './draft.ts'
import { differOf } from './kinds.ts'
import { remakesType } from './remake.ts'

/** Puts each part into the draft that makes or drops it; what stays has a statement of its own. */
export function fold(drafts: readonly Draft[], apart: ReadonlySet<Identity>, sides: Sides): Draft[] {
  const hosts = new Map<string, Draft>()
  for (const draft of drafts) {
    const { action, object, change, followUp } = draft
    if (action === 'create' || action === 'drop') hosts.set(`${action} ${object.identity}`, draft)
    // A type that is made anew is made with its parts.
    else if (action === 'alter' && followUp === null && remakesType(change))
      hosts.set(`create ${object.identity}`, draft)
  }
  const hostOf = (draft: Draft): Draft | null => {
    if (draft.action === 'alter' || draft.action === 'detach' || apart.has(draft.object.identity)) return null
    const differ = differOf(draft.object)
    const candidates =
      draft.action === 'create'
        ? differ.createdWith(draft.object, sides)
        : differ.droppedWith(draft.object, sides)
    // What comes from a parent's part that stays apart comes and goes with it.
    for (const identity of [...candidates.filter((one) => apart.has(one)), ...candidates]) {
      const host = hosts.get(`${draft.action} ${identity}`)
      if (host !== undefined && host !== draft) return host
    }
    return null
  }
  const kept: Draft[] = []
  const folded = new Set<Identity>()
  for (const draft of drafts) {
    let host = hostOf(draft)
    if (host === null) kept.push(draft)
    else {
      for (let above = hostOf(host); above !== null; above = hostOf(host)) host = above
      host.parts.push(draft.object)
      if (draft.action === 'create') folded.add(draft.object.identity)
    }
  }
  // What makes a part says all of it.
  return kept.filter((draft) => draft.followUp === null || !folded.has(draft.object.identity))
}

/** The parts of drafts in a circle that need something in another of them. */
export function entangled(stuck: readonly { readonly draft: Draft }[], { live, target }: Sides): Identity[] {
  const holders = new Map<Identity, Set<Draft>>()
  for (const { draft } of stuck) {
    for (const { identity } of [draft.object, ...draft.parts])
      holders.set(identity, (holders.get(identity) ?? new Set()).add(draft))
  }
  return stuck.flatMap(({ draft }) => {
    const [dependencies, never] =
      draft.action === 'drop' ? [live.dependencies, 'create'] : [target.dependencies, 'drop']
    const isElsewhere = (needed: Identity): boolean =>
      [...(holders.get(needed) ?? [])].some((other) => other !== draft && other.action !== never)
    return draft.parts
      .filter(
        (part) => differOf(part).separable && [...(dependencies.get(part.identity) ?? [])].some(isElsewhere),
      )
      .map((part) => topOf(part, draft.action === 'drop' ? live : target).identity)
  })
}

/** Of what a table has from its parents, what its topmost parent has: only that can be made or dropped by itself. */
function topOf(part: CatalogObject, catalog: Catalog): CatalogObject {
  const origin = isPart(part) ? originOf(part, catalog.objects) : undefined
  return origin === undefined ? part : topOf(origin, catalog)
}

/**
 * Folds foreign keys into the tables that come late enough.
 *
 * @returns the drafts that became parts of others
 */
export function foldForeignKeys(order: readonly Draft[], { target }: Sides): ReadonlySet<Draft> {
  const made = new Map<Identity, number>()
  order.forEach((draft, i) => {
    if (draft.action === 'create')
      for (const object of [draft.object, ...draft.parts]) made.set(object.identity, i)
  })
  const altered = new Map<Identity, number>(
    order.flatMap((draft, i) => (draft.action === 'alter' ? [[draft.object.identity, i] as const] : [])),
  )
  const folded = new Set<Draft>()
  for (const draft of order) {
    const { object } = draft
    // PostgreSQL takes every key of a new table for valid.
    if (draft.action !== 'create' || object.kind !== 'constraint' || !object.validated) continue
    const host = made.get(object.parent)
    if (host === undefined || order[host]?.object.identity !== object.parent) continue
    const needs = [...(target.dependencies.get(object.identity) ?? [])]
    if (!needs.every((needed) => (made.get(needed) ?? -1) <= host && (altered.get(needed) ?? -1) < host))
      continue
    order[host]?.parts.push(object, ...draft.parts)
    folded.add(draft)
  }
  return folded
}
