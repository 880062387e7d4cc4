/** A catalog as SQL to read: each object with what belongs to it, in an order that is up to names alone. */
import { type Catalog, emptyCatalog } from '../catalog/catalog.ts'
import { type CatalogObject, kindOrder } from '../catalog/kinds.ts'
import { type Identity, nameOfIdentity } from '../catalog/object.ts'
import { accessSteps } from '../diff/access.ts'
import type { Sides, Step } from '../diff/change.ts'
import { compareCatalogs } from '../diff/compare.ts'
import { noNotes } from '../diff/differ.ts'
import { type Draft, draftsOf } from '../diff/draft.ts'
import { fold } from '../diff/fold.ts'
import { statementsOf } from '../emit/plan.ts'
import { statementsScript } from '../emit/script.ts'
import { recordSql } from '../runner/record-sql.ts'
import { runScript } from './copy-schema.ts'
import { layOut } from './layout.ts'

/** An object that is part of no other, with what belongs to it: a table with its columns, constraints, indexes, triggers … */
export interface Section {
  readonly root: CatalogObject
  readonly steps: readonly Step[]
}

export interface Sections {
  /** By the identity of their root. */
  readonly sections: ReadonlyMap<Identity, Section>
  /** The root of the section that an object of the catalog is told in. */
  rootOf(object: CatalogObject): CatalogObject
}

/** Divides a catalog into sections. */
export function sectionsOf(catalog: Catalog): Sections {
  // Privileges are told of each object, whatever is granted by default.
  const { writtenQueries: _, ...target } = { ...catalog, defaultPrivileges: [] }
  const sides: Sides = { live: { ...emptyCatalog(target), objects: new Map() }, target }
  const changes = compareCatalogs(sides)
  const drafts = fold(draftsOf(changes, sides), new Set(), sides)
  const hosts = new Map<Identity, CatalogObject>()
  const creations = new Map<Identity, Draft>()
  for (const draft of drafts) {
    for (const part of draft.parts) hosts.set(part.identity, draft.object)
    if (draft.action === 'create') creations.set(draft.object.identity, draft)
  }
  const rootOf = (object: CatalogObject): CatalogObject => {
    let root = object
    for (let above = aboveOf(root); above !== undefined; above = aboveOf(root)) root = above
    return root
  }
  const aboveOf = ({ identity, parent }: CatalogObject): CatalogObject | undefined =>
    hosts.get(identity) ?? (parent === null ? undefined : catalog.objects.get(parent))

  const steps = new Map<CatalogObject, Step[]>()
  const add = (step: Step, object: CatalogObject): void => {
    const root = rootOf(object)
    const own = steps.get(root)
    if (own === undefined) steps.set(root, [step])
    else own.push(step)
  }
  for (const draft of withForeignKeys(drafts, creations).sort(compareDrafts))
    add(stepOf(draft, sides), draft.object)
  for (const step of accessSteps(changes, sides)) add({ ...step, notes: noNotes }, step.after)
  const ordered = [...steps].sort(([a], [b]) => compareObjects(a, b))
  return {
    sections: new Map(ordered.map(([root, own]) => [root.identity, { root, steps: own }])),
    rootOf,
  }
}

/** Tables are not made one after the other here, so each has its foreign keys in it. */
function withForeignKeys(drafts: readonly Draft[], creations: ReadonlyMap<Identity, Draft>): Draft[] {
  return drafts.filter(({ action, object }) => {
    const table = object.kind === 'constraint' ? creations.get(object.parent) : undefined
    if (action !== 'create' || table === undefined) return true
    table.parts.push(object)
    return false
  })
}

/** The statements that make sections, laid out for reading; a text for each, in their order. */
export async function sectionTexts(sections: readonly Section[]): Promise<string[]> {
  const statements = sections.map(({ steps }) =>
    steps.flatMap((step) => statementsOf({ steps: [step], uncheckedBodies: false, losses: [], risks: [] })),
  )
  const recorded = await recordSql((db) => runScript(statementsScript(statements.flat()), db))
  let from = 0
  return statements.map(({ length }) => {
    const own = recorded.slice(from, from + length)
    from += length
    return own.map((statement) => `${layOut(statement)};\n`).join('')
  })
}

function stepOf({ action, object, parts, followUp }: Draft, sides: Sides): Step {
  if (action !== 'create' && followUp !== null) {
    const { before, after, differences } = followUp
    return { action: 'alter', before, after, differences, sides, notes: noNotes }
  }
  const sorted = [...parts].sort(compareObjects)
  return { action: 'create', object, parts: sorted, sides, notes: noNotes }
}

const ranks = new Map<string, number>(kindOrder.map((kind, i) => [kind, i]))

function compareDrafts(a: Draft, b: Draft): number {
  const later = (draft: Draft): number => (draft.followUp === null ? 0 : 1)
  return later(a) - later(b) || compareObjects(a.object, b.object)
}

/** By schema, kind and name; a schema stands before what is in it, and what is in no schema before all. */
export function compareObjects(a: CatalogObject, b: CatalogObject): number {
  return (
    compareTexts(schemaOf(a), schemaOf(b)) ||
    (ranks.get(a.kind) ?? 0) - (ranks.get(b.kind) ?? 0) ||
    compareTexts(nameOfIdentity(a.identity), nameOfIdentity(b.identity))
  )
}

function schemaOf({ kind, schema, name }: CatalogObject): string {
  return kind === 'schema' ? name : (schema ?? '')
}

function compareTexts(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}
