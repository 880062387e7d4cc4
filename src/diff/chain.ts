/** The way from the live schema to the target as a chain of revisions: one, unless statements may not share a transaction or the reader asks for several. */
import type { Catalog } from '../catalog/catalog.ts'
import { catalogAfter } from './between.ts'
import type { Plan, Sides } from './change.ts'
import { compareCatalogs } from './compare.ts'
import { withoutIndexes } from './concurrently.ts'
import { cutsOf, type Split } from './cuts.ts'
import { enumsToExtend } from './enum.ts'
import { planChanges, planWithNeeds, warningsOf } from './plan.ts'

export interface ChainOptions {
  /** Cuts a long plan into several. */
  readonly split?: Split | undefined
  /** Makes and drops indexes of tables that are there beside running work. */
  readonly concurrently?: boolean | undefined
  /** All revisions of a run share one transaction, so that nothing is gained by several. */
  readonly oneTransaction?: boolean | undefined
}

/** What becomes one revision. */
export interface Link {
  /** What it is about, in few words, beside the others. */
  readonly title: string
  readonly up: Plan
  /** The exact way back. */
  readonly down: Plan
}

/**
 * The plans that lead from live to the target, one after the other, each with its way back.
 *
 * @returns an empty list where both are the same schema
 * @throws DbmigError `DIFF_CIRCLE`
 */
export function chainOf(sides: Sides, options: ChainOptions = {}): Link[] {
  const { live, target } = sides
  const extended = options.oneTransaction ? live : withNewValues(sides)
  const rest: Sides = { live: extended, target }
  const waiting = options.concurrently ? withoutIndexes(rest) : null
  const { before, after } = waiting ?? { before: target, after: target }
  return [
    ...linkOf('new enum values', { live, target: extended }),
    ...mainLinks({ live: extended, target: before }, options.split),
    ...linkOf('indexes', { live: before, target: after }, concurrent),
    ...linkOf('foreign keys', { live: after, target }),
  ]
}

function withNewValues(sides: Sides): Catalog {
  const enums = enumsToExtend(sides)
  if (enums.length === 0) return sides.live
  const objects = new Map(sides.live.objects)
  for (const one of enums) objects.set(one.identity, one)
  return { ...sides.live, objects }
}

function linkOf(title: string, sides: Sides, as: (plan: Plan) => Plan = (plan) => plan): Link[] {
  if (sides.live === sides.target) return []
  const up = planOf(sides)
  return up.steps.length === 0 ? [] : [{ title, up: as(up), down: as(planOf(turned(sides))) }]
}

function planOf(sides: Sides): Plan {
  return planChanges(compareCatalogs(sides), sides)
}

function turned({ live, target }: Sides): Sides {
  return { live: target, target: live }
}

function concurrent(plan: Plan): Plan {
  // Nobody is without an index between the two.
  const made = plan.steps.filter((step) => step.action !== 'drop')
  const gone = plan.steps.filter((step) => step.action === 'drop')
  return { ...plan, steps: [...made, ...gone], concurrently: true }
}

function mainLinks(sides: Sides, split: Split | undefined): Link[] {
  if (split === undefined) return linkOf('changes', sides)
  const planned = planWithNeeds(compareCatalogs(sides), sides)
  const cuts = cutsOf(planned, split)
  if (cuts.length < 2) return linkOf('changes', sides)
  let live = withAllAccess(sides.live)
  return cuts.map(({ title, steps }, i) => {
    const after = catalogAfter(live, steps, sides)
    const target = withAllAccess(i === cuts.length - 1 ? { ...sides.target, access: after.access } : after)
    const down = planOf({ live: target, target: live })
    live = target
    return { title, up: { ...planned.plan, steps, ...notesOf(steps) }, down }
  })
}

/** What a cut takes away and a later one makes again has its access back only where each says it. */
function withAllAccess(catalog: Catalog): Catalog {
  return { ...catalog, managed: { owners: true, grants: true } }
}

function notesOf(steps: Plan['steps']): Pick<Plan, 'losses' | 'risks'> {
  return {
    losses: steps.flatMap(({ notes }) => notes.loss ?? []),
    risks: steps.flatMap(warningsOf),
  }
}
