/** What `pg_depend` does not know: the names that bodies mention. */
import type { Catalog } from '../catalog/catalog.ts'
import { type Draft, keyOf } from './draft.ts'
import type { PlanNode } from './edges.ts'
import { differOf } from './kinds.ts'

/** The untracked names of what a draft makes, or makes again in place. */
export function mentionsOf(draft: Draft): ReadonlyMap<string, boolean> {
  const says =
    draft.action === 'create' ||
    (draft.action === 'alter' &&
      draft.change.action === 'alter' &&
      draft.change.differences.some((d) => d.aspect !== 'comment'))
  return says ? differOf(draft.object).mentions(draft.object) : new Map()
}

/** What a text may name → the keys of the drafts that make or alter it. */
export function makersOf(drafts: readonly Draft[]): ReadonlyMap<string, readonly string[]> {
  const makers = new Map<string, string[]>()
  for (const draft of drafts) {
    const { object, action } = draft
    if ((action !== 'create' && action !== 'alter') || draft.followUp !== null) continue
    if (object.parent === null || object.kind === 'column')
      makers.set(object.name, [...(makers.get(object.name) ?? []), keyOf(draft)])
  }
  return makers
}

/** A name → the keys of the drafts that drop what names it: it goes after these, so that on the way back it comes before. */
export function mentionersOf(drafts: readonly Draft[]): ReadonlyMap<string, readonly string[]> {
  const mentioners = new Map<string, string[]>()
  for (const draft of drafts) {
    if (draft.action !== 'drop') continue
    for (const name of differOf(draft.object).mentions(draft.object).keys()) {
      const keys = mentioners.get(name)
      if (keys === undefined) mentioners.set(name, [keyOf(draft)])
      else keys.push(keyOf(draft))
    }
  }
  return mentioners
}

/**
 * Whether PostgreSQL would look in vain for what a new object names: for what is made later, or for what it may have
 * been written to find by another search path.
 */
export function looksInVain(order: readonly PlanNode[], target: Catalog): boolean {
  const elsewhere = new Set<string>()
  for (const object of target.objects.values()) {
    if (object.parent === null && object.schema !== null && object.schema !== target.defaultSchema)
      elsewhere.add(object.name)
  }
  const made = new Set<string>()
  for (const { key, looksFor, draft } of order) {
    made.add(key)
    for (const other of looksFor) if (!made.has(other)) return true
    for (const [name, looked] of mentionsOf(draft)) if (looked && elsewhere.has(name)) return true
  }
  return false
}
