/** Writing aggregates. */
import type { Aggregate } from '../catalog/aggregate.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { aspectsOf, type KindEmitter, raw, type Statement, sqlName } from './emitter.ts'

export const aggregateEmitter: KindEmitter<Aggregate> = {
  create: ({ object, sides }) => [create('create', object, sides.target)],
  drop: ({ object, sides }) => [raw(`drop ${target(object, sides.live)}`)],
  alter: (step) =>
    aspectsOf(step).has('definition') ? [create('create or replace', step.after, step.sides.target)] : [],
  commentTarget: target,
}

function create(verb: string, aggregate: Aggregate, catalog: Catalog): Statement {
  const parameters = aggregate.parameters.map((parameter) => `  ${parameter}`).join(',\n')
  return raw(`${verb} aggregate ${sqlName(aggregate, catalog)}(${aggregate.arguments}) (\n${parameters}\n)`)
}

function target(aggregate: Aggregate, catalog: Catalog): string {
  return `aggregate ${sqlName(aggregate, catalog)}(${aggregate.signature})`
}
