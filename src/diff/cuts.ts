/** Long plans in several revisions: the steps of a plan, grouped by stage or by schema in an order that runs. */
import type { CatalogObject, Kind } from '../catalog/kinds.ts'
import type { Identity } from '../catalog/object.ts'
import type { Step } from './change.ts'
import { differOf } from './kinds.ts'
import type { PlanWithNeeds } from './plan.ts'
import { OLD_TYPE } from './remake.ts'

export type Split = 'stage' | 'schema'

/** Steps that become a revision. */
export interface Cut {
  /** What they are about, in few words. */
  readonly title: string
  readonly steps: readonly Step[]
}

/** Groups a plan's steps: none before one that it needs, and those of one group in the order of the plan. */
export function cutsOf(planned: PlanWithNeeds, split: Split): Cut[] {
  const parted = afterEarlyDrops(partedByDefaults(planned))
  return withWholeRemakes(split === 'stage' ? byStage(parted) : bySchema(parted))
}

/** What is dropped from a table before all else (a key, where another one comes) is dropped before the rest of it changes. */
function afterEarlyDrops({ plan, needs }: PlanWithNeeds): PlanWithNeeds {
  const gone = new Map<Identity, Step[]>()
  const added = new Map<Step, ReadonlySet<Step>>(needs)
  for (const step of plan.steps) {
    const { identity, parent } = subjectOfStep(step)
    if (isEarlyDrop(step)) {
      if (parent !== null) append(gone, parent, step)
      continue
    }
    const before = [...(gone.get(identity) ?? []), ...(parent === null ? [] : (gone.get(parent) ?? []))]
    if (before.length > 0) added.set(step, new Set([...(needs.get(step) ?? []), ...before]))
  }
  return { plan, needs: added }
}

function isEarlyDrop(step: Step): boolean {
  return step.action === 'drop' && differOf(step.object).dropsEarly
}

/** What default privileges give depends on what is made before them and what after: both stay so. */
function partedByDefaults({ plan, needs }: PlanWithNeeds): PlanWithNeeds {
  const { steps } = plan
  if (steps.every((step) => subjectOfStep(step).kind !== 'default privileges')) return { plan, needs }
  const added = new Map([...needs].map(([step, needed]) => [step, new Set(needed)]))
  let last: Step | undefined
  let since: Step[] = []
  for (const step of steps) {
    const own = added.get(step) ?? new Set<Step>()
    added.set(step, own)
    if (last !== undefined) own.add(last)
    if (subjectOfStep(step).kind !== 'default privileges') since.push(step)
    else {
      for (const other of since) own.add(other)
      last = step
      since = []
    }
  }
  return { plan, needs: added }
}

const STAGES = [
  'types',
  'tables',
  'keys and indexes',
  'functions and views',
  'triggers and policies',
  'drops',
]

/** The stage that a kind belongs to; what is not here belongs to the first. */
const STAGE_OF: Readonly<Partial<Record<Kind, number>>> = {
  sequence: 1,
  table: 1,
  'foreign table': 1,
  column: 1,
  constraint: 2,
  index: 2,
  statistics: 2,
  function: 3,
  procedure: 3,
  aggregate: 3,
  cast: 3,
  operator: 3,
  'operator family': 3,
  'operator class': 3,
  view: 3,
  'materialized view': 3,
  rule: 4,
  trigger: 4,
  policy: 4,
  publication: 4,
  'publication table': 4,
  'event trigger': 4,
}

/** What others may need early (a function in a default), and goes to its own stage only where nobody does. */
const FLEXIBLE: ReadonlySet<Kind> = new Set([
  'sequence',
  'function',
  'procedure',
  'aggregate',
  'cast',
  'operator',
  'operator family',
  'operator class',
])

/**
 * Each step in the stage of its kind, or a later one where it needs something of that. Drops and functions go where the
 * first step that needs them is, so that nothing is away for longer than it must be.
 */
function byStage({ plan, needs }: PlanWithNeeds): Cut[] {
  const stages = new Map<Step, number>()
  const neededBy = new Map<Step, Step[]>()
  for (const step of plan.steps) {
    let stage = isFlexible(step) ? 0 : stageOf(step)
    for (const needed of needs.get(step) ?? []) {
      stage = Math.max(stage, stages.get(needed) ?? 0)
      append(neededBy, needed, step)
    }
    stages.set(step, stage)
  }
  for (const step of plan.steps.toReversed()) {
    if (!isFlexible(step)) continue
    const latest = Math.min(...(neededBy.get(step) ?? []).map((other) => stages.get(other) ?? 0))
    stages.set(step, Math.max(stages.get(step) ?? 0, Math.min(latest, stageOf(step))))
  }
  return STAGES.map((title, stage) => ({
    title,
    steps: plan.steps.filter((step) => stages.get(step) === stage),
  })).filter(({ steps }) => steps.length > 0)
}

function isFlexible(step: Step): boolean {
  return step.action === 'drop' || FLEXIBLE.has(subjectOfStep(step).kind)
}

/** What is dropped for good and holds data goes last; what is dropped to be made again goes where that is. */
function stageOf(step: Step): number {
  if (step.action === 'drop' && !step.replaced && !isEarlyDrop(step)) return STAGES.length - 1
  return STAGE_OF[subjectOfStep(step).kind] ?? 0
}

/** Runs of steps of one schema, each as long as what it needs allows. */
function bySchema({ plan, needs }: PlanWithNeeds): Cut[] {
  const place = new Map(plan.steps.map((step, i) => [step, i]))
  const waiting = new Map<Step, number>()
  const neededBy = new Map<Step, Step[]>()
  const ready = new Map<string, Step[]>()
  const offer = (step: Step): void => append(ready, schemaOf(step), step)
  for (const step of plan.steps) {
    const needed = needs.get(step) ?? new Set()
    for (const other of needed) append(neededBy, other, step)
    waiting.set(step, needed.size)
    if (needed.size === 0) offer(step)
  }
  const cuts: Cut[] = []
  for (let schema = firstOf(ready); schema !== undefined; schema = firstOf(ready)) {
    const steps: Step[] = []
    for (let batch = ready.get(schema); batch !== undefined; batch = ready.get(schema)) {
      ready.delete(schema)
      for (const step of batch) {
        steps.push(step)
        for (const other of neededBy.get(step) ?? []) {
          const left = (waiting.get(other) ?? 0) - 1
          waiting.set(other, left)
          if (left === 0) offer(other)
        }
      }
    }
    steps.sort((a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0))
    cuts.push({ title: schema, steps })
  }
  return cuts
}

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [value])
  else list.push(value)
}

/** The schema that has been ready for longest. */
function firstOf(ready: ReadonlyMap<string, readonly Step[]>): string | undefined {
  return ready.keys().next().value
}

function schemaOf(step: Step): string {
  const object = subjectOfStep(step)
  return object.kind === 'schema' ? object.name : (object.schema ?? 'whole database')
}

function subjectOfStep(step: Step): CatalogObject {
  return 'after' in step ? step.after : step.object
}

/** While a type is made anew the old one stands beside it, under a name that no catalog knows: no cut goes between. */
function withWholeRemakes(cuts: readonly Cut[]): Cut[] {
  const joined: Cut[] = []
  const begun = new Map<Identity, number>()
  for (const cut of cuts) {
    let from = joined.length
    for (const step of cut.steps) {
      if (step.action !== 'alter') continue
      const { identity } = step.after
      if (step.differences.some((d) => d.aspect === OLD_TYPE))
        from = Math.min(from, begun.get(identity) ?? from)
      else if (step.differences.some((d) => d.remakes)) begun.set(identity, joined.length)
    }
    const together = [...joined.splice(from), cut]
    for (const [type, at] of begun) if (at > from) begun.set(type, from)
    joined.push({
      title: [...new Set(together.map(({ title }) => title))].join(', '),
      steps: together.flatMap(({ steps }) => steps),
    })
  }
  return joined
}
