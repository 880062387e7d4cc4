/** Changes → drafts: one action on one object each, in the order that is wished before any dependency speaks. */
import { type CatalogObject, kindOrder } from '../catalog/kinds.ts'
import type { Identity } from '../catalog/object.ts'
import type { Alter, Change, Sides } from './change.ts'
import { differencesBetween } from './compare.ts'
import { differOf } from './kinds.ts'
import { farewellOf, remakesType } from './remake.ts'

/** A step in the making: one action on one object, with the objects that are folded into it. */
export interface Draft {
  /** `detach` alters an object to what it is while something that it needs is away. */
  readonly action: 'create' | 'drop' | 'alter' | 'detach'
  readonly object: CatalogObject
  readonly change: Change
  readonly parts: CatalogObject[]
  /** Set for an alteration that follows the object's creation, or ends its remake. */
  readonly followUp: Alter | null
}

/** What is to be done, each part for itself. */
export function draftsOf(changes: readonly Change[], sides: Sides): Draft[] {
  const drafts: Draft[] = []
  const add = (
    action: Draft['action'],
    object: CatalogObject,
    change: Change,
    followUp: Alter | null = null,
  ): void => {
    drafts.push({ action, object, change, parts: [], followUp })
  }
  for (const change of changes) {
    if (change.action === 'drop' || change.action === 'replace') add('drop', change.before, change)
    if (change.action === 'create' || change.action === 'replace') {
      add('create', change.after, change)
      for (const { difference } of differOf(change.after).afterCreation(change.after)) {
        const followUp: Alter = {
          action: 'alter',
          before: change.after,
          after: change.after,
          differences: [difference],
        }
        add('alter', change.after, change, followUp)
      }
    }
    if (change.action === 'alter') {
      const { interim, before, after } = change
      if (interim !== undefined) {
        add('detach', before, alteration(before, interim, sides))
        addAlterations(alteration(interim, after, sides), add)
      } else addAlterations(change, add)
      if (remakesType(change)) add('alter', change.after, change, farewellOf(change))
    }
  }
  return sorted(drafts, sides)
}

/** What is settled later is a step of its own, so that the rest need not wait for it. */
function addAlterations(
  change: Alter,
  add: (action: 'alter', object: CatalogObject, change: Change, followUp?: Alter) => void,
): void {
  const { after, differences } = change
  const differ = differOf(after)
  const later = new Set([
    ...differ.afterParts,
    ...differ.afterCreation(after).map(({ difference }) => difference.aspect),
  ])
  const now = differences.filter(({ aspect }) => !later.has(aspect))
  if (now.length > 0) add('alter', after, { ...change, differences: now })
  for (const one of differences)
    if (later.has(one.aspect)) add('alter', after, change, { ...change, differences: [one] })
}

function alteration(before: CatalogObject, after: CatalogObject, sides: Sides): Alter {
  return { action: 'alter', before, after, differences: differencesBetween(before, after, sides) }
}

/** The order that is wished: what is in the way goes first, then creations and alterations by kind, what holds data goes last. */
function sorted(drafts: readonly Draft[], sides: Sides): Draft[] {
  const kindRank = new Map<string, number>(kindOrder.map((kind, i) => [kind, i]))
  const place = new Map<Identity, number>()
  for (const identity of [...sides.target.objects.keys(), ...sides.live.objects.keys()]) {
    if (!place.has(identity)) place.set(identity, place.size)
  }
  const weight = (draft: Draft): number[] => {
    const rank = kindRank.get(draft.object.kind) ?? 0
    const position = place.get(draft.object.identity) ?? 0
    if (draft.action === 'detach') return [0, -rank, position]
    if (draft.action !== 'drop') {
      const table = tableOf(draft.object)
      // A table's parts stand with it.
      if (table === null) return [1, rank, position]
      return [1, kindRank.get('table') ?? 0, place.get(table) ?? 0, rank, position]
    }
    return [differOf(draft.object).dropsEarly ? 0 : 2, -rank, position]
  }
  return drafts
    .map((draft) => ({ draft, weight: weight(draft) }))
    .sort((a, b) => {
      const i = a.weight.findIndex((value, k) => value !== b.weight[k])
      return i === -1 ? a.weight.length - b.weight.length : (a.weight[i] ?? 0) - (b.weight[i] ?? 0)
    })
    .map(({ draft }) => draft)
}

const TABLE_PARTS: ReadonlySet<string> = new Set<CatalogObject['kind']>([
  'column',
  'constraint',
  'index',
  'statistics',
])

/** The table that the object is a part of, or reads as one. */
function tableOf({ kind, parent }: CatalogObject): Identity | null {
  return TABLE_PARTS.has(kind) && parent?.startsWith('table:') ? parent : null
}

/** What a draft is called in the graph. */
export function keyOf(draft: Draft): string {
  return draft.followUp === null
    ? `${draft.action} ${draft.object.identity}`
    : `${draft.action} ${draft.object.identity} ${draft.followUp.differences[0]?.aspect}`
}
