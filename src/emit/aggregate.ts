/** Writing aggregates. */
import type { Aggregate } from '../catalog/aggregate.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { aspectsOf, type KindEmitter, raw, type Statement } from './emitter.ts'
import { routineName } from './routine.ts'

export const aggregateEmitter: KindEmitter<Aggregate> = {
  create: ({ object, sides }) => [create('create', object, sides.target)],
  drop: ({ object, sides }) => [raw(`drop ${target(object, sides.live)}`)],
  alter: (step) =>
    aspectsOf(step).has('definition') ? [create('create or replace', step.after, step.sides.target)] : [],
  commentTarget: target,
}

function create(verb: string, aggregate: Aggregate, catalog: Catalog): Statement {
  const parameters = aggregate.parameters.map((parameter) => `  ${parameter}`).join(',\n')
  return raw(
    `${verb} aggregate ${routineName(aggregate, catalog)}(${aggregate.arguments}) (\n${parameters}\n)`,
  )
}

function target(aggregate: Aggregate, catalog: Catalog): string {
  return `aggregate ${routineName(aggregate, catalog)}(${aggregate.signature})`
}
