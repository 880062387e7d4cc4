/** Changes → plan: parts folded into what they are made and dropped with, steps in an order that runs. */
import { type Catalog, dependentsIn } from '../catalog/catalog.ts'
import { type CatalogObject, type Kind, kindOrder } from '../catalog/kinds.ts'
import { type Identity, identityOf } from '../catalog/object.ts'
import { DbmigError } from '../errors.ts'
import type { Alter, Change, Plan, Sides, Step } from './change.ts'
import { differencesBetween } from './compare.ts'
import { differOf } from './kinds.ts'
import { namesGivenUp, namesTaken, withNameMoves } from './name-moves.ts'
import { withRebuilds } from './rebuild.ts'
import { farewellOf, OLD_TYPE, remakesType } from './remake.ts'
import { type SortNode, sortNodes } from './sort.ts'

/** A step in the making: one action on one object, with the objects that are folded into it. */
interface Draft {
  /** `detach` alters an object to what it is while something that it needs is away. */
  readonly action: 'create' | 'drop' | 'alter' | 'detach'
  readonly object: CatalogObject
  readonly change: Change
  readonly parts: CatalogObject[]
  /** Set for an alteration that follows the object's creation, or ends its remake. */
  readonly followUp: Alter | null
}

/**
 * Orders the changes between two catalogs by PostgreSQL's own dependencies: drops follow the live side's, creations the
 * target's, and what stands in the way of a change is dropped before it and made again after.
 *
 * @throws DbmigError `DIFF_CIRCLE` when the dependencies leave no order
 */
export function planChanges(changes: readonly Change[], sides: Sides): Plan {
  const all = withNameMoves(withRebuilds(changes, sides), sides)
  // A circle of foreign keys has no order of tables: what closes it then becomes steps of its own.
  const apart = new Set<Identity>()
  for (;;) {
    const drafts = fold(draftsOf(all, sides), apart, sides)
    const { order, stuck } = sortNodes(nodesOf(drafts, sides))
    if (stuck.length === 0)
      return finish(
        order.map((node) => node.draft),
        looksInVain(order, sides.target),
        sides,
      )
    const before = apart.size
    for (const part of entangled(stuck, sides)) apart.add(part)
    if (apart.size === before) throw circle(stuck.map((node) => node.draft))
  }
}

/** What can be added to, or taken from, what it is a part of in a step of its own. */
const SEPARABLE: ReadonlySet<string> = new Set<Kind>([
  'constraint',
  'domain constraint',
  'rule',
  'trigger',
  'policy',
])

/** The parts of stuck drafts that need something in another of them. */
function entangled(stuck: readonly PlanNode[], { live, target }: Sides): Identity[] {
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
        (part) => SEPARABLE.has(part.kind) && [...(dependencies.get(part.identity) ?? [])].some(isElsewhere),
      )
      .map((part) => part.identity)
  })
}

function circle(drafts: readonly Draft[]): DbmigError {
  const names = drafts.map((draft) => `${draft.action} ${draft.object.identity}`)
  return new DbmigError(
    'DIFF_CIRCLE',
    `These ${names.length} changes depend on each other in a circle, so that no order runs: ${names.slice(0, 8).join(', ')}${names.length > 8 ? ', …' : ''}. Break the circle in the declared schema, or migrate it in two revisions.`,
  )
}

function draftsOf(changes: readonly Change[], sides: Sides): Draft[] {
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
        add('alter', after, alteration(interim, after, sides))
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
  const later = new Set(
    differOf(after)
      .afterCreation(after)
      .map(({ difference }) => difference.aspect),
  )
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
    if (draft.action !== 'drop') return [1, rank, position]
    return [differOf(draft.object).dropsEarly ? 0 : 2, -rank, position]
  }
  return drafts
    .map((draft) => ({ draft, weight: weight(draft) }))
    .sort((a, b) => {
      const i = a.weight.findIndex((value, k) => value !== b.weight[k])
      return i === -1 ? 0 : (a.weight[i] ?? 0) - (b.weight[i] ?? 0)
    })
    .map(({ draft }) => draft)
}

/** Puts each part into the draft that makes or drops it; what stays has a statement of its own. */
function fold(drafts: readonly Draft[], apart: ReadonlySet<Identity>, sides: Sides): Draft[] {
  const hosts = new Map<string, Draft>()
  for (const draft of drafts)
    if (draft.action === 'create' || draft.action === 'drop')
      hosts.set(`${draft.action} ${draft.object.identity}`, draft)
  const hostOf = (draft: Draft): Draft | null => {
    if (draft.action === 'alter' || draft.action === 'detach' || apart.has(draft.object.identity)) return null
    const differ = differOf(draft.object)
    const candidates =
      draft.action === 'create'
        ? differ.createdWith(draft.object, sides)
        : differ.droppedWith(draft.object, sides)
    for (const identity of candidates) {
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

interface PlanNode extends SortNode {
  readonly draft: Draft
  /** The keys of the nodes that make what it names untracked and PostgreSQL looks for: see `KindDiffer.mentions`. */
  readonly looksFor: ReadonlySet<string>
}

function keyOf(draft: Draft): string {
  return draft.followUp === null
    ? `${draft.action} ${draft.object.identity}`
    : `${draft.action} ${draft.object.identity} ${draft.followUp.differences[0]?.aspect}`
}

function nodesOf(drafts: readonly Draft[], sides: Sides): PlanNode[] {
  // What an action on an object is called in the graph, also where the object is folded into another's draft.
  const keys = new Map<string, string>()
  const holders = new Map<string, string[]>()
  const makers = makersOf(drafts)
  for (const draft of drafts) {
    const key = keyOf(draft)
    for (const object of [draft.object, ...draft.parts]) {
      if (draft.followUp === null) keys.set(`${draft.action} ${object.identity}`, key)
      if (draft.action === 'drop') {
        for (const name of differOf(object).names(object))
          holders.set(name, [...(holders.get(name) ?? []), key])
      }
    }
    if (draft.followUp !== null) keys.set(`later ${draft.object.identity}`, key)
    else if (draft.change.action === 'alter')
      for (const name of namesGivenUp(draft.change)) holders.set(name, [...(holders.get(name) ?? []), key])
  }
  return drafts.map((draft) => {
    const after = new Set<string>()
    const preferablyAfter = new Set<string>()
    const need = (key: string | undefined): void => {
      if (key !== undefined) after.add(key)
    }
    for (const object of [draft.object, ...draft.parts]) edgesOf(draft, object, { keys, sides, need })
    if (draft.action === 'create') {
      for (const object of [draft.object, ...draft.parts]) {
        need(keys.get(`drop ${object.identity}`))
        for (const name of differOf(object).names(object))
          for (const key of holders.get(name) ?? []) need(key)
      }
      for (const identity of foreignTables(draft, sides.target)) {
        const key = keys.get(`create ${identity}`)
        if (key !== undefined) preferablyAfter.add(key)
      }
    }
    if (draft.followUp === null && draft.change.action === 'alter')
      for (const name of namesTaken(draft.change)) for (const key of holders.get(name) ?? []) need(key)
    if (draft.followUp !== null) followUpEdges(draft, sides, keys, need)
    const looksFor = new Set<string>()
    for (const [name, looked] of mentionsOf(draft)) {
      for (const key of makers.get(name) ?? []) {
        preferablyAfter.add(key)
        if (looked) looksFor.add(key)
      }
    }
    return { key: keyOf(draft), after, preferablyAfter, looksFor, draft }
  })
}

/** The untracked names of what a draft makes, or makes again in place. */
function mentionsOf(draft: Draft): ReadonlyMap<string, boolean> {
  const says =
    draft.action === 'create' ||
    (draft.action === 'alter' &&
      draft.change.action === 'alter' &&
      draft.change.differences.some((d) => d.aspect !== 'comment'))
  return says ? differOf(draft.object).mentions(draft.object) : new Map()
}

/** What a text may name → the keys of the drafts that make or alter it. */
function makersOf(drafts: readonly Draft[]): ReadonlyMap<string, readonly string[]> {
  const makers = new Map<string, string[]>()
  for (const draft of drafts) {
    const { object, action } = draft
    if ((action !== 'create' && action !== 'alter') || draft.followUp !== null) continue
    if (object.parent === null || object.kind === 'column')
      makers.set(object.name, [...(makers.get(object.name) ?? []), keyOf(draft)])
  }
  return makers
}

/**
 * Whether PostgreSQL would look in vain for what a new object names: for what is made later, or for what it may have
 * been written to find by another search path.
 */
function looksInVain(order: readonly PlanNode[], target: Catalog): boolean {
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

function followUpEdges(
  draft: Draft,
  sides: Sides,
  keys: ReadonlyMap<string, string>,
  need: (key: string | undefined) => void,
): void {
  const { identity } = draft.object
  need(keys.get(`alter ${identity}`))
  if (draft.followUp?.differences.some(({ aspect }) => aspect === OLD_TYPE)) {
    for (const dependent of dependentsIn(sides.live).get(identity) ?? []) {
      need(keys.get(`drop ${dependent}`))
      need(keys.get(`alter ${dependent}`))
      need(`alter ${dependent} ${OLD_TYPE}`)
    }
    return
  }
  need(keys.get(`create ${identity}`))
  for (const { needs } of differOf(draft.object).afterCreation(draft.object)) {
    for (const identity of needs) {
      need(keys.get(`create ${identity}`))
      need(keys.get(`alter ${identity}`))
    }
  }
}

interface EdgeContext {
  readonly keys: ReadonlyMap<string, string>
  readonly sides: Sides
  readonly need: (key: string | undefined) => void
}

/** The edges of one object's action; the rules are those of the design: drops follow live, creations the target. */
function edgesOf(draft: Draft, object: CatalogObject, { keys, sides, need }: EdgeContext): void {
  if (draft.followUp !== null) return
  const { identity } = object
  if (draft.action === 'alter') need(keys.get(`detach ${identity}`))
  if (draft.action === 'create' || draft.action === 'alter') {
    const later = new Set(differOf(object).settledLater(object))
    for (const needed of sides.target.dependencies.get(identity) ?? []) {
      if (later.has(needed)) continue
      need(keys.get(`create ${needed}`))
      need(keys.get(`alter ${needed}`))
    }
  }
  if (draft.action === 'create') return
  const minded = draft.action === 'drop' || !differOf(object).alteredFreely
  for (const dependent of dependentsIn(sides.live).get(identity) ?? []) {
    const before = sides.live.objects.get(dependent)
    const settled = before !== undefined && differOf(before).settledLater(before).includes(identity)
    if (settled && draft.action !== 'drop') continue
    if (minded) need(keys.get(`drop ${dependent}`))
    if (draft.action === 'drop' && keys.has(`detach ${dependent}`)) need(keys.get(`detach ${dependent}`))
    else if (!(sides.target.dependencies.get(dependent)?.has(identity) ?? false)) {
      if (minded) need(keys.get(`alter ${dependent}`))
      if (draft.action === 'drop') need(keys.get(`later ${dependent}`))
    }
  }
}

/** The tables that a new table's foreign keys point at: it reads better after them, and the keys can be part of it. */
function foreignTables(draft: Draft, target: Catalog): Identity[] {
  if (draft.object.kind !== 'table') return []
  const tables: Identity[] = []
  for (const dependent of dependentsIn(target).get(draft.object.identity) ?? []) {
    const object = target.objects.get(dependent)
    if (
      object?.kind !== 'constraint' ||
      object.parent !== draft.object.identity ||
      object.references === null
    )
      continue
    tables.push(identityOf('table', object.references.schema, object.references.table))
  }
  return tables
}

/** Folds foreign keys into tables that come late enough, and makes steps of the drafts. */
function finish(order: readonly Draft[], uncheckedBodies: boolean, sides: Sides): Plan {
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
    if (draft.action !== 'create' || object.kind !== 'constraint') continue
    const host = made.get(object.parent)
    if (host === undefined || order[host]?.object.identity !== object.parent) continue
    const needs = [...(sides.target.dependencies.get(object.identity) ?? [])]
    if (!needs.every((needed) => (made.get(needed) ?? -1) <= host && (altered.get(needed) ?? -1) < host))
      continue
    order[host]?.parts.push(object)
    folded.add(draft)
  }
  const meanwhile = interimSides(order, sides)
  const steps = order
    .filter((draft) => !folded.has(draft))
    .map((draft) => stepOf(draft, remakesType(draft.change) ? meanwhile : sides))
  const losses = steps.flatMap((step) => lossesOf(step))
  return { steps, uncheckedBodies, losses }
}

/** The two sides as what converts the users of a type must see them: with the interims of what is detached. */
function interimSides(order: readonly Draft[], { live, target }: Sides): Sides {
  const interims = new Map<Identity, CatalogObject>()
  for (const { action, change } of order)
    if (action === 'detach' && change.action === 'alter') interims.set(change.after.identity, change.after)
  const detached = (catalog: Catalog): Catalog => ({
    ...catalog,
    objects: new Map(
      [...catalog.objects].map(([identity, object]) => [identity, interims.get(identity) ?? object]),
    ),
  })
  return interims.size === 0 ? { live, target } : { live: detached(live), target: detached(target) }
}

function stepOf(draft: Draft, sides: Sides): Step {
  const { change, object, parts } = draft
  if (draft.action === 'create') return { action: 'create', object, parts, sides }
  if (draft.action === 'drop')
    return { action: 'drop', object, parts, replaced: change.action === 'replace', sides }
  const alter = draft.followUp ?? (change as Alter)
  return { action: 'alter', before: alter.before, after: alter.after, differences: alter.differences, sides }
}

function lossesOf(step: Step): string[] {
  const subject = step.action === 'alter' ? step.after : step.object
  const loss = differOf(subject).loss(step)
  return loss === null ? [] : [loss]
}
