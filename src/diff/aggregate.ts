/** Comparing aggregates. */
import type { Aggregate } from '../catalog/aggregate.ts'
import { difference, goesAway, type KindDiffer, plainDiffer } from './differ.ts'
import { remakesType } from './remake.ts'
import { routineName } from './routine.ts'

export const aggregateDiffer: KindDiffer<Aggregate> = {
  ...plainDiffer,
  compare: (before, after) =>
    difference('definition', definition(before), definition(after), {
      replaces:
        before.returns !== after.returns ||
        before.arguments !== after.arguments ||
        before.sort !== after.sort,
    }),
  names: (aggregate) => [routineName(aggregate)],
  rebuiltBy: (_aggregate, cause) => goesAway(cause) || remakesType(cause),
  dropsEarly: true,
}

function definition(aggregate: Aggregate): string {
  return `(${aggregate.arguments}) (${aggregate.parameters.join(', ')}) returns ${aggregate.returns}`
}
