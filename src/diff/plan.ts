/** Changes → plan: steps in an order that runs, and what they would destroy. */
import type { Catalog } from '../catalog/catalog.ts'
import type { CatalogObject } from '../catalog/kinds.ts'
import type { Identity } from '../catalog/object.ts'
import { DbmigError } from '../errors.ts'
import { type AccessStep, accessSteps, needsOfAccess, withoutAccess } from './access.ts'
import type { Alter, AlterStep, Change, CreateStep, DropStep, Plan, Sides, Step } from './change.ts'
import { subjectOf } from './compare.ts'
import { noNotes } from './differ.ts'
import { type Draft, draftsOf } from './draft.ts'
import { nodesOf, type PlanNode } from './edges.ts'
import { entangled, fold, foldForeignKeys } from './fold.ts'
import { differOf } from './kinds.ts'
import { withNameMoves } from './name-moves.ts'
import { shortName } from './names.ts'
import { withPartings } from './partings.ts'
import { withCirclesOpened } from './persistence.ts'
import { withRebuilds } from './rebuild.ts'
import { remakesType } from './remake.ts'
import { refuseHeldRows } from './row-types.ts'
import { inCircles, sortNodes } from './sort.ts'
import { refuseReordered } from './typed-tables.ts'
import { looksInVain } from './untracked.ts'

/**
 * Orders the changes between two catalogs by PostgreSQL's own dependencies: drops follow the live side's, creations the
 * target's, and what stands in the way of a change is dropped before it and made again after.
 *
 * @throws DbmigError `DIFF_CIRCLE` when the dependencies leave no order
 */
export function planChanges(changes: readonly Change[], sides: Sides): Plan {
  return ordered(changes, sides).plan
}

/** A plan, and which of its steps each step must follow: what order may still be chosen. */
export interface PlanWithNeeds {
  readonly plan: Plan
  readonly needs: ReadonlyMap<Step, ReadonlySet<Step>>
}

/**
 * The plan that `planChanges` gives, with what its order rests on.
 *
 * @throws DbmigError `DIFF_CIRCLE` when the dependencies leave no order
 */
export function planWithNeeds(changes: readonly Change[], sides: Sides): PlanWithNeeds {
  const { plan, needs } = ordered(changes, sides)
  return { plan, needs: needs() }
}

interface Ordered {
  readonly plan: Plan
  readonly needs: () => PlanWithNeeds['needs']
}

function ordered(changes: readonly Change[], sides: Sides): Ordered {
  // A circle of foreign keys has no order of tables: what closes it then becomes steps of its own.
  const apart = new Set<Identity>()
  // No alteration both comes before what it lets go of goes, and after what it takes hold of has come in its place.
  const loose = new Set<Identity>()
  for (;;) {
    const rebuilt = withRebuilds(withCirclesOpened(withoutAccess(changes), sides), sides, loose)
    refuseHeldRows(rebuilt, sides)
    refuseReordered(rebuilt, sides)
    const all = withNameMoves(withPartings(rebuilt, sides), sides)
    const drafts = fold(draftsOf(all, sides), apart, sides)
    const { order, stuck } = sortNodes(nodesOf(drafts, sides))
    if (stuck.length === 0) return finish(order, accessSteps(all, sides), sides)
    const circles = inCircles(stuck)
    if (addAll(apart, entangled(circles, sides)) || addAll(loose, altered(circles))) continue
    throw circle(circles.map((node) => node.draft))
  }
}

/** Whether any was new. */
function addAll<T>(set: Set<T>, items: readonly T[]): boolean {
  const before = set.size
  for (const item of items) set.add(item)
  return set.size > before
}

function altered(nodes: readonly PlanNode[]): Identity[] {
  return nodes.flatMap(({ draft }) =>
    draft.action === 'alter' && draft.followUp === null ? [draft.object.identity] : [],
  )
}

function circle(drafts: readonly Draft[]): DbmigError {
  const names = drafts.map((draft) => `${draft.action} ${draft.object.identity}`)
  return new DbmigError(
    'DIFF_CIRCLE',
    `These ${names.length} changes depend on each other in a circle, so that no order runs: ${names.slice(0, 8).join(', ')}${names.length > 8 ? ', …' : ''}. Break the circle in the declared schema, or migrate it in two revisions.`,
  )
}

/** Makes steps of the ordered drafts. */
function finish(nodes: readonly PlanNode[], access: readonly AccessStep[], sides: Sides): Ordered {
  const order = nodes.map((node) => node.draft)
  const folded = foldForeignKeys(order, sides)
  const meanwhile = interimSides(order, sides)
  const stepsOf = new Map<Draft, Step>()
  for (const draft of order)
    if (!folded.has(draft)) stepsOf.set(draft, stepOf(draft, remakesType(draft.change) ? meanwhile : sides))
  const ordinary = [...stepsOf.values()]
  const last = access.map((step): Step & AccessStep => ({
    ...step,
    notes: noNotes,
  }))
  const steps = [...ordinary, ...last]
  const plan: Plan = {
    steps,
    uncheckedBodies: looksInVain(nodes, sides.target),
    losses: steps.flatMap(({ notes }) => notes.loss ?? []),
    risks: steps.flatMap(warningsOf),
  }
  return { plan, needs: () => new Map([...needsOf(nodes, stepsOf), ...needsOfAccess(last, ordinary)]) }
}

/** What a reader should know of a step before it runs, beside what it destroys. */
export function warningsOf({ notes: { risk, caution } }: Step): string[] {
  return [risk, caution].flatMap((sentence) => sentence ?? [])
}

/** The graph's edges between steps; what was folded into another step hands its own on to that. */
function needsOf(
  nodes: readonly PlanNode[],
  steps: ReadonlyMap<Draft, Step>,
): ReadonlyMap<Step, ReadonlySet<Step>> {
  const makers = new Map<Identity, Step>()
  for (const step of steps.values())
    if (step.action === 'create')
      for (const { identity } of [step.object, ...step.parts]) makers.set(identity, step)
  const byKey = new Map<string, Step>()
  const done = new Set<string>()
  const needs = new Map<Step, Set<Step>>()
  for (const { draft, key } of nodes) {
    const step = steps.get(draft) ?? makers.get(draft.object.identity)
    if (step !== undefined) byKey.set(key, step)
  }
  for (const { key, after, preferablyAfter } of nodes) {
    done.add(key)
    const step = byKey.get(key)
    if (step === undefined) continue
    const own = needs.get(step) ?? new Set()
    needs.set(step, own)
    // A wish that this order has met is met by every other.
    for (const other of [...after, ...[...preferablyAfter].filter((wish) => done.has(wish))]) {
      const needed = byKey.get(other)
      if (needed !== undefined && needed !== step) own.add(needed)
    }
  }
  return needs
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
  const step = bareStepOf(draft, sides)
  const differ = differOf(step.action === 'alter' ? step.after : step.object)
  return {
    ...step,
    notes: { loss: differ.loss(step), risk: differ.risk(step), caution: differ.caution(step) },
  }
}

function bareStepOf(draft: Draft, sides: Sides): CreateStep | DropStep | AlterStep {
  const { change, object, parts } = draft
  if (draft.action === 'create') return { action: 'create', object, parts, sides }
  if (draft.action === 'drop') {
    const cause = change.action === 'replace' ? change.because : undefined
    const because = cause === undefined ? {} : { because: reasonOf(cause, sides) }
    return { action: 'drop', object, parts, replaced: change.action === 'replace', ...because, sides }
  }
  const alter = draft.followUp ?? (change as Alter)
  return { action: 'alter', before: alter.before, after: alter.after, differences: alter.differences, sides }
}

/** Why something must be made again, in words. */
function reasonOf(cause: Change, { live, target }: Sides): string {
  const { kind, identity } = subjectOf(cause)
  const fate = { create: 'comes', drop: 'goes', alter: 'changes', replace: 'changes' }[cause.action]
  return `${kind} ${shortName(identity, cause.action === 'drop' ? live : target)} ${fate}`
}
