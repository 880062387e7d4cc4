/** The order of what happens to a table's parts, and of its leaving and joining its parents. */
import { attachmentOf, isIncomplete } from '../catalog/attachment.ts'
import { dependentsIn } from '../catalog/catalog.ts'
import { isPart, parentsOf } from '../catalog/inheritance.ts'
import type { CatalogObject } from '../catalog/kinds.ts'
import type { Identity } from '../catalog/object.ts'
import { indexAbove, isBesideTwin, partsWithOtherStatistics, staysPartition } from './attached.ts'
import type { Sides } from './change.ts'
import { childrenOf, descendantsOf, handedDown, keptOrigins, keptParents, replacedBelow } from './descent.ts'
import { type Draft, keyOf } from './draft.ts'
import { PARENTAGE } from './partings.ts'
import { TOAST_PARAMETERS } from './table.ts'

/** What is done to the parts of tables, by table. */
interface PartDrafts {
  /** Columns, checks and foreign keys. */
  readonly parts: ReadonlyMap<Identity, readonly { readonly key: string; readonly object: CatalogObject }[]>
  /** Indexes and keys that go. */
  readonly indexDrops: ReadonlyMap<Identity, readonly string[]>
}

/** The parts that are drafted, by their tables. */
export function partDrafts(drafts: readonly Draft[]): PartDrafts {
  const parts = new Map<Identity, { key: string; object: CatalogObject }[]>()
  const indexDrops = new Map<Identity, string[]>()
  for (const draft of drafts) {
    const key = keyOf(draft)
    for (const object of [draft.object, ...draft.parts]) {
      if (object.parent === null) continue
      if (isPart(object)) parts.set(object.parent, [...(parts.get(object.parent) ?? []), { key, object }])
      else if (draft.action === 'drop' && hasIndex(object))
        indexDrops.set(object.parent, [...(indexDrops.get(object.parent) ?? []), key])
    }
  }
  return { parts, indexDrops }
}

function hasIndex({ kind }: CatalogObject): boolean {
  return kind === 'index' || kind === 'constraint'
}

interface Context {
  readonly keys: ReadonlyMap<string, string>
  readonly sides: Sides
  readonly drafts: PartDrafts
  readonly need: (key: string | undefined) => void
}

/** Whether a follow-up is a table's joining of its parents or its row type. */
export function isJoining({ followUp }: Draft): boolean {
  return followUp?.differences.some(({ aspect }) => PARENTAGE.includes(aspect)) ?? false
}

/** What comes before an action on an object because of parents and children. */
export function descentEdges(draft: Draft, object: CatalogObject, context: Context): void {
  const { keys, sides, need } = context
  if (isJoining(draft)) joiningEdges(draft, context)
  // The TOAST table comes with the columns that ask for it.
  else if (draft.followUp?.differences.some(({ aspect }) => aspect === TOAST_PARAMETERS))
    for (const { key } of context.drafts.parts.get(object.identity) ?? []) need(key)
  if (draft.followUp !== null) return
  if (draft.action === 'detach') leavingEdges(object, context)
  if (draft.action === 'create') {
    needPlace(object, context)
    needJoining(object, context)
  }
  if (draft.action === 'create' || draft.action === 'alter') needPartsOf(object, context)
  if (draft.action === 'alter' && attachmentOf(object) !== null && object.parent !== null)
    need(keys.get(`join ${object.parent}`))
  if (!isPart(object) || draft.object.identity === object.parent) return
  need(keys.get(`detach ${object.parent}`))
  for (const child of draft.action === 'alter'
    ? descendantsOf(object.parent, sides.live)
    : childrenOf(object.parent, sides.live))
    need(keys.get(`detach ${child}`))
  if (draft.action === 'alter') {
    for (const table of replacedBelow(object.parent, sides)) need(keys.get(`drop ${table}`))
    // What was generated becomes plain in a table and its children: see `tablesFreedFromAbove`.
    if (isFreed(object.identity, sides))
      for (const table of descendantsOf(object.parent, sides.live)) need(keys.get(`drop ${table}`))
  }
  // What a child defines too is there before its parent's comes, and goes after that.
  if (draft.action === 'create')
    for (const own of handedDown(object, sides.target, sides)) {
      if (!own.inherited) need(keys.get(`create ${own.identity}`))
      if (sides.live.objects.has(own.identity)) need(keys.get(`alter ${own.identity}`))
    }
  if (draft.action === 'drop' || draft.action === 'alter')
    for (const origin of keptOrigins(object, sides.live, sides)) {
      need(keys.get(`drop ${origin.identity}`))
      if (draft.action === 'alter') need(keys.get(`alter ${origin.identity}`))
    }
}

/** A table joins when it has what its parents have. */
function joiningEdges({ object }: Draft, context: Context): void {
  const { keys, sides, drafts, need } = context
  for (const { key } of drafts.parts.get(object.identity) ?? []) need(key)
  const kept = keptParents(object.identity, sides)
  for (const parent of parentsOf(sides.target.objects.get(object.identity))) {
    if (kept.includes(parent)) continue
    need(keys.get(`create ${parent}`))
    for (const { key, object: part } of drafts.parts.get(parent) ?? [])
      if (part.kind === 'column' || (part.kind === 'constraint' && part.type === 'check')) need(key)
  }
  needPlace(object, context)
}

/** A partition that comes back takes along no index that its parent loses meanwhile. */
function leavingEdges(object: CatalogObject, { sides, drafts, need }: Context): void {
  if (!staysPartition(object.identity, sides)) return
  for (const parent of parentsOf(object)) for (const key of drafts.indexDrops.get(parent) ?? []) need(key)
}

/** A partition comes when those that go, or come to have other bounds, have made place for it. */
function needPlace({ identity }: CatalogObject, { keys, sides, need }: Context): void {
  const table = sides.target.objects.get(identity)
  if ((table?.kind !== 'table' && table?.kind !== 'foreign table') || table.partitionOf === null) return
  for (const sibling of childrenOf(table.partitionOf.table, sides.live)) {
    if (sibling === identity) continue
    need(keys.get(`drop ${sibling}`))
    need(keys.get(`detach ${sibling}`))
  }
}

/** The index of a partition, and one that is not on all partitions, want them to be partitions. */
function needJoining(object: CatalogObject, { keys, sides, need }: Context): void {
  if (object.kind !== 'index' && object.kind !== 'constraint') return
  if (object.attached !== null && indexAbove(object, sides) !== null) need(keys.get(`join ${object.parent}`))
  if (isBesideTwin(object, sides)) {
    need(keys.get(`join ${object.parent}`))
    for (const parent of parentsOf(sides.target.objects.get(object.parent)))
      for (const identity of dependentsIn(sides.target).get(parent) ?? [])
        if (sides.target.objects.get(identity)?.kind === 'index') need(keys.get(`create ${identity}`))
  }
  if (isIncomplete(object))
    for (const needed of sides.target.dependencies.get(object.identity) ?? [])
      need(keys.get(`join ${needed}`))
}

/** What sets the statistics of an index, and then those of the parts below that have others, finds these there. */
function needPartsOf(object: CatalogObject, { keys, sides, need }: Context): void {
  if (object.kind !== 'index' && object.kind !== 'constraint') return
  for (const { parent } of partsWithOtherStatistics(object, sides)) {
    need(keys.get(`create ${parent}`))
    need(keys.get(`join ${parent}`))
  }
}

function isFreed(identity: Identity, { live, target }: Sides): boolean {
  const [before, after] = [live.objects.get(identity), target.objects.get(identity)]
  if (before?.kind !== 'column' || after?.kind !== 'column') return false
  return before.generated !== null && after.generated === null
}
