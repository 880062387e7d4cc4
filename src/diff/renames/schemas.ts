/** The schemas that renames move something into and that are new: each is made before, and on the way back goes after. */
import { type Catalog, objectsOf } from '../../catalog/catalog.ts'
import type { Schema } from '../../catalog/schema.ts'
import type { CreateStep, DropStep, MoveStep, RenameStep, SchemaStep, Sides } from '../change.ts'
import { schemaDiffer } from '../schema.ts'
import { reversedSteps } from './steps.ts'

/** The steps with what makes these schemas: after the renames of schemas, which may give up the very name. */
export function withNewSchemas(steps: readonly RenameStep[], sides: Sides): MoveStep[] {
  const ofSchemas = steps.filter(({ object }) => object.kind === 'schema')
  const others = steps.filter(({ object }) => object.kind !== 'schema')
  const there = new Set(objectsOf(sides.live, 'schema').map(({ name }) => name))
  for (const { from, to } of ofSchemas) {
    there.delete(from)
    there.add(to)
  }
  const wanted = new Set(others.flatMap(({ what, to }) => (what === 'schema' && !there.has(to) ? [to] : [])))
  const made = objectsOf(sides.target, 'schema').filter(({ name }) => wanted.has(name))
  return [
    ...ofSchemas,
    ...made.map((object) => noted({ action: 'create', object, parts: [], sides })),
    ...others,
  ]
}

/** The schemas that steps make. */
export function schemasMade(steps: readonly MoveStep[]): Schema[] {
  return steps.flatMap((step) => ('action' in step && step.action === 'create' ? [step.object] : []))
}

/**
 * The same steps backwards.
 *
 * @param live the schema in which everything has its old name
 */
export function reversedMoves(steps: readonly MoveStep[], live: Catalog): MoveStep[] {
  return steps.toReversed().flatMap((step): MoveStep[] => {
    if (!('action' in step)) return reversedSteps([step], live)
    const { object, sides } = step
    const turned: Sides = { live: sides.target, target: sides.live }
    return [noted({ action: 'drop', object, parts: [], replaced: false, sides: turned })]
  })
}

function noted(step: CreateStep<Schema> | DropStep<Schema>): SchemaStep {
  return { ...step, notes: { loss: schemaDiffer.loss(step), risk: schemaDiffer.risk(step), caution: null } }
}
