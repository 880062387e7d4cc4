/** A plan that makes a whole schema → the parts of a declaration: a table with all that is its own, the functions of a schema … */
import type { Catalog } from '../catalog/catalog.ts'
import type { CatalogObject, Kind } from '../catalog/kinds.ts'
import type { Identity } from '../catalog/object.ts'
import type { CreateStep, Plan, Step } from '../diff/change.ts'
import { canInline } from './constraint.ts'
import { isBuilderName, raw, type Statement } from './emitter.ts'
import { statementsOf } from './plan.ts'

/** What a part holds, in the order in which a reader meets the parts. */
export const partKinds = [
  'database',
  'types',
  'text search',
  'functions',
  'operators',
  'sequences',
  'table',
  'views',
  'casts',
  'publications',
  'event triggers',
] as const

export type PartKind = (typeof partKinds)[number]

/** What stands together. */
export interface Part {
  readonly kind: PartKind
  /** Null for what is in no schema. */
  readonly schema: string | null
  /** Of a table. */
  readonly table: string | null
  /** The objects, each with what belongs to it: a paragraph each. */
  readonly paragraphs: readonly (readonly Statement[])[]
}

/** The kinds that belong to no other object. */
const PART_OF: Readonly<Partial<Record<Kind, PartKind>>> = {
  'default privileges': 'database',
  schema: 'database',
  extension: 'database',
  'foreign data wrapper': 'database',
  server: 'database',
  'user mapping': 'database',
  collation: 'types',
  enum: 'types',
  'range type': 'types',
  'composite type': 'types',
  domain: 'types',
  'text search parser': 'text search',
  'text search template': 'text search',
  'text search dictionary': 'text search',
  'text search configuration': 'text search',
  function: 'functions',
  procedure: 'functions',
  aggregate: 'functions',
  operator: 'operators',
  'operator family': 'operators',
  'operator class': 'operators',
  sequence: 'sequences',
  table: 'table',
  'foreign table': 'table',
  view: 'views',
  'materialized view': 'views',
  cast: 'casts',
  publication: 'publications',
  'event trigger': 'event triggers',
}

interface OpenPart {
  readonly kind: PartKind
  readonly schema: string | null
  readonly table: string | null
  readonly paragraphs: Map<Identity, Step[]>
}

/**
 * Divides a plan. Within a paragraph the plan's order stays; the parts are in the order of `partKinds`, schemas and tables by
 * name. That order need not run: a declaration's statements may stand in any.
 *
 * @param plan from nothing to a catalog
 */
export function partsOf(plan: Plan, catalog: Catalog): Part[] {
  const parts = new Map<string, OpenPart>()
  for (const step of withForeignKeys(plan.steps, catalog)) {
    const root = rootOf(subjectOf(step), catalog)
    const kind = PART_OF[root.kind] ?? 'database'
    const [schema, table] = [kind === 'database' ? null : root.schema, kind === 'table' ? root.name : null]
    const key = JSON.stringify([kind, schema, table])
    const part = parts.get(key) ?? { kind, schema, table, paragraphs: new Map() }
    parts.set(key, part)
    const steps = part.paragraphs.get(root.identity)
    if (steps === undefined) part.paragraphs.set(root.identity, [step])
    else steps.push(step)
  }
  return [...parts.values()].sort(compareParts).map(({ kind, schema, table, paragraphs }) => ({
    kind,
    schema,
    table,
    paragraphs: [...paragraphs.values()].map(paragraphOf).filter((statements) => statements.length > 0),
  }))
}

/**
 * The statements of a plan in an order that runs: a paragraph for what follows each other and belongs to the same object.
 *
 * @param plan from nothing to a catalog
 */
export function runnableParagraphs(plan: Plan, catalog: Catalog): Statement[][] {
  const runs: { readonly root: Identity; readonly steps: Step[] }[] = []
  for (const step of plan.steps) {
    const root = rootOf(subjectOf(step), catalog).identity
    const last = runs.at(-1)
    if (last?.root === root) last.steps.push(step)
    else runs.push({ root, steps: [step] })
  }
  const paragraphs = runs.map(({ steps }) => paragraphOf(steps)).filter((statements) => statements.length > 0)
  return plan.uncheckedBodies ? [[raw('set check_function_bodies = off')], ...paragraphs] : paragraphs
}

function paragraphOf(steps: readonly Step[]): Statement[] {
  const statements = statementsOf({ steps, uncheckedBodies: false, losses: [], risks: [] })
  return statements.map(({ notes: _, ...statement }) => statement)
}

function subjectOf(step: Step): CatalogObject {
  return step.action === 'alter' ? step.after : step.object
}

/** What an object stands with: its table or view, the table whose column a sequence serves, the top of a tree of partitions. */
function rootOf(object: CatalogObject, catalog: Catalog): CatalogObject {
  let root = object
  for (let above = aboveOf(root, catalog); above !== undefined; above = aboveOf(root, catalog)) root = above
  return root
}

function aboveOf(object: CatalogObject, { objects }: Catalog): CatalogObject | undefined {
  const above =
    object.parent ??
    (object.kind === 'sequence' ? object.ownedBy : null) ??
    (object.kind === 'table' || object.kind === 'foreign table' ? (object.partitionOf?.table ?? null) : null)
  return above === null ? undefined : objects.get(above)
}

/** The steps with every foreign key in its table, where a builder says both: a declaration's are added after all tables. */
function withForeignKeys(steps: readonly Step[], catalog: Catalog): Step[] {
  const tables = new Map<Identity, CreateStep>()
  for (const step of steps) if (isBuilderTable(step, catalog)) tables.set(step.object.identity, step)
  const keys = new Map<Identity, CatalogObject[]>()
  const rest = steps.filter((step) => {
    if (step.action !== 'create' || step.object.kind !== 'constraint') return true
    const { object } = step
    if (object.type !== 'foreign key' || !canInline(object, catalog) || !tables.has(object.parent))
      return true
    keys.set(object.parent, [...(keys.get(object.parent) ?? []), object])
    return false
  })
  return rest.map((step) => {
    const own = step.action === 'create' ? keys.get(step.object.identity) : undefined
    return step.action !== 'create' || own === undefined ? step : { ...step, parts: [...step.parts, ...own] }
  })
}

function isBuilderTable(step: Step, catalog: Catalog): step is Step & CreateStep {
  if (step.action !== 'create' || step.object.kind !== 'table') return false
  const { schema, name, partitionOf, ofType } = step.object
  return partitionOf === null && ofType === null && isBuilderName(schema, name, catalog)
}

function compareParts(a: OpenPart, b: OpenPart): number {
  return (
    partKinds.indexOf(a.kind) - partKinds.indexOf(b.kind) ||
    compareTexts(a.schema ?? '', b.schema ?? '') ||
    compareTexts(a.table ?? '', b.table ?? '')
  )
}

function compareTexts(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}
