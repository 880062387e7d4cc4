/** Drafts → a graph: what must come before what, by the dependencies of both sides and the names that change hands. */
import { isIncomplete } from '../catalog/attachment.ts'
import { type Catalog, dependentsIn } from '../catalog/catalog.ts'
import type { Column } from '../catalog/column.ts'
import type { CatalogObject } from '../catalog/kinds.ts'
import { type Identity, identityOf } from '../catalog/object.ts'
import { attachedTo, isLeft, partitionsThatKeep } from './attached.ts'
import type { Alter, Sides } from './change.ts'
import { comesFrom, replacedBelow } from './descent.ts'
import { descentEdges, isJoining, partDrafts } from './descent-edges.ts'
import { disturbsNothing, isRemark } from './differ.ts'
import { type Draft, keyOf } from './draft.ts'
import { extensionWishes } from './extension-names.ts'
import { dropsOfReferences } from './key-choice.ts'
import { differOf } from './kinds.ts'
import { namesGivenUp, namesOf, namesTaken } from './name-moves.ts'
import { persistenceEdges } from './persistence.ts'
import { columnsWithType, OLD_TYPE, remakesType } from './remake.ts'
import { routineEdges } from './routine-edges.ts'
import { heldRowNeeds } from './row-types.ts'
import type { SortNode } from './sort.ts'
import { makersOf, mentionersOf, mentionsOf } from './untracked.ts'

export interface PlanNode extends SortNode {
  readonly draft: Draft
  /** The keys of the nodes that make what it names untracked and PostgreSQL looks for: see `KindDiffer.mentions`. */
  readonly looksFor: ReadonlySet<string>
}

/** The graph of the drafts. */
export function nodesOf(drafts: readonly Draft[], sides: Sides): PlanNode[] {
  // What an action on an object is called in the graph, also where the object is folded into another's draft.
  const keys = new Map<string, string>()
  const holders = new Map<string, string[]>()
  const makers = makersOf(drafts)
  const mentioners = mentionersOf(drafts)
  const conversions = conversionsOf(drafts, sides)
  const wishes = extensionWishes(drafts)
  const ofTables = partDrafts(drafts)
  const persistence = persistenceEdges(drafts, sides)
  const routines = routineEdges(drafts, sides)
  const references = dropsOfReferences(drafts)
  for (const draft of drafts) {
    const key = keyOf(draft)
    for (const object of [draft.object, ...draft.parts]) {
      // What is a part of a remake is made by it.
      const action = draft.action === 'alter' && object !== draft.object ? 'create' : draft.action
      if (draft.followUp === null) keys.set(`${action} ${object.identity}`, key)
      if (draft.action === 'drop') {
        for (const name of namesOf(object)) holders.set(name, [...(holders.get(name) ?? []), key])
      }
    }
    if (isJoining(draft)) keys.set(`join ${draft.object.identity}`, key)
    if (draft.followUp !== null) keys.set(`later ${draft.object.identity}`, key)
    else if (draft.change.action === 'alter')
      for (const name of namesGivenUp(draft.change)) holders.set(name, [...(holders.get(name) ?? []), key])
  }
  return drafts.map((draft) => {
    const after = new Set<string>()
    const ofRoutine = routines(draft)
    const preferablyAfter = new Set<string>([...wishes(draft), ...ofRoutine.wishes])
    const need = (key: string | undefined): void => {
      if (key !== undefined) after.add(key)
    }
    for (const key of ofRoutine.needs) need(key)
    for (const object of [draft.object, ...draft.parts]) {
      edgesOf(draft, object, { keys, sides, conversions, need })
      for (const action of heldRowNeeds(draft, object, sides)) need(keys.get(action))
      descentEdges(draft, object, { keys, sides, drafts: ofTables, need })
      if (draft.followUp === null)
        for (const action of persistence.get(`${draft.action} ${object.identity}`) ?? [])
          need(keys.get(action))
    }
    if (draft.action === 'create') {
      for (const object of [draft.object, ...draft.parts]) {
        need(keys.get(`drop ${object.identity}`))
        for (const name of namesOf(object)) for (const key of holders.get(name) ?? []) need(key)
      }
      for (const identity of foreignTables(draft, sides.target)) {
        const key = keys.get(`create ${identity}`)
        if (key !== undefined) preferablyAfter.add(key)
      }
    }
    if (draft.action === 'drop')
      for (const object of [draft.object, ...draft.parts])
        for (const key of references(object)) preferablyAfter.add(key)
    // Relations go without: a table goes before the functions that its triggers call.
    if (draft.action === 'drop' && !RELATIONS.has(draft.object.kind))
      for (const key of mentioners.get(draft.object.name) ?? []) preferablyAfter.add(key)
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

const RELATIONS: ReadonlySet<string> = new Set<CatalogObject['kind']>([
  ...(['table', 'foreign table', 'view', 'materialized view', 'column', 'composite type'] as const),
])

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
      need(keys.get(`join ${identity}`))
    }
  }
}

/** The columns that are converted as a part of another draft: of the one that makes their type anew. */
interface Conversions {
  readonly columns: ReadonlyMap<Draft, readonly Column[]>
  readonly keys: ReadonlyMap<Identity, readonly string[]>
}

function conversionsOf(drafts: readonly Draft[], { live }: Sides): Conversions {
  const columns = new Map<Draft, readonly Column[]>()
  const keys = new Map<Identity, string[]>()
  for (const draft of drafts) {
    const { change, followUp } = draft
    if (followUp !== null || change.action !== 'alter' || !remakesType(change)) continue
    const converted = columnsWithType(change.before, live)
    columns.set(draft, converted)
    for (const { identity } of converted) keys.set(identity, [...(keys.get(identity) ?? []), keyOf(draft)])
  }
  return { columns, keys }
}

interface EdgeContext {
  readonly keys: ReadonlyMap<string, string>
  readonly sides: Sides
  readonly conversions: Conversions
  readonly need: (key: string | undefined) => void
}

/** The edges of one object's action; the rules are those of the design: drops follow live, creations the target. */
function edgesOf(draft: Draft, object: CatalogObject, { keys, sides, conversions, need }: EdgeContext): void {
  if (draft.followUp !== null) return
  const { identity } = object
  if (draft.action === 'alter') need(keys.get(`detach ${identity}`))
  if (draft.action === 'create' || draft.action === 'alter') {
    const later = new Set(differOf(object).settledLater(object))
    for (const needed of sides.target.dependencies.get(identity) ?? []) {
      if (later.has(needed) || (draft.action === 'alter' && meetsOrigin(object, needed, sides))) continue
      need(keys.get(`create ${needed}`))
      need(keys.get(`alter ${needed}`))
      for (const key of conversions.keys.get(needed) ?? []) need(key)
    }
  }
  for (const { identity: column, parent } of conversions.columns.get(draft) ?? []) {
    need(keys.get(`detach ${parent}`))
    for (const table of replacedBelow(parent, sides)) need(keys.get(`drop ${table}`))
    for (const dependent of dependentsIn(sides.live).get(column) ?? []) {
      need(keys.get(`drop ${dependent}`))
      need(keys.get(`detach ${dependent}`))
    }
  }
  if (draft.action === 'create') return
  if (draft.action === 'drop') {
    if (isLeft(object, sides)) need(keys.get(`detach ${object.parent}`))
    for (const table of partitionsThatKeep(identity, sides)) need(keys.get(`detach ${table}`))
    for (const part of attachedTo(identity, sides.live))
      for (const dependent of dependentsIn(sides.live).get(part.identity) ?? [])
        need(keys.get(`drop ${dependent}`))
  }
  // A table that leaves its parents minds nothing that stands on it.
  if (draft.action === 'detach' && (object.kind === 'table' || object.kind === 'foreign table')) return
  if (isRemark(draft.change)) return
  // A column that goes, or leaves the type, may keep the old one, which goes last.
  const remakes = draft.action === 'alter' && remakesType(draft.change)
  for (const dependent of dependentsIn(sides.live).get(identity) ?? []) {
    const before = sides.live.objects.get(dependent)
    const minded =
      draft.action === 'drop' ||
      (draft.change.action === 'alter' && before !== undefined && minds(draft.change, before))
    const settled = before !== undefined && differOf(before).settledLater(before).includes(identity)
    if (settled && draft.action !== 'drop') continue
    if (
      draft.action === 'alter' &&
      object.kind === 'table' &&
      before !== undefined &&
      isPartitionIndex(before, sides)
    )
      continue
    // What a parent handed down goes with it, or after it: see `descentEdges`.
    if (before !== undefined && comesFrom(before, object, sides.live)) continue
    const keepsOld = remakes && before?.kind === 'column'
    if (minded && !keepsOld) need(keys.get(`drop ${dependent}`))
    if (draft.action === 'drop' && keys.has(`detach ${dependent}`)) need(keys.get(`detach ${dependent}`))
    else if (!(sides.target.dependencies.get(dependent)?.has(identity) ?? false)) {
      if (minded && !keepsOld) need(keys.get(`alter ${dependent}`))
      if (draft.action === 'drop') need(keys.get(`later ${dependent}`))
    }
  }
}

/** Whether a part is there before its parent's, which then has it for its children too. */
function meetsOrigin(object: CatalogObject, needed: Identity, { live, target }: Sides): boolean {
  const origin = target.objects.get(needed)
  return origin !== undefined && !live.objects.has(needed) && comesFrom(object, origin, target)
}

/** Whether an alteration must wait until what stands on the object has let go of it. */
function minds({ after, differences }: Alter, dependent: CatalogObject): boolean {
  const differ = differOf(after)
  return differences.some(
    (one) => !disturbsNothing(one) && (one.remakes || !differ.isFree(one.aspect, dependent)),
  )
}

/** An index that a partition keeps as it leaves, or one that is not on all partitions: no alteration of a table minds it. */
function isPartitionIndex(object: CatalogObject, sides: Sides): boolean {
  return isLeft(object, sides) || isIncomplete(object)
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
