/** Comparing extended statistics. */
import type { Statistics } from '../catalog/statistics.ts'
import { difference, goesAway, type KindDiffer, listed, plainDiffer } from './differ.ts'
import { remakesType } from './remake.ts'

export const statisticsDiffer: KindDiffer<Statistics> = {
  ...plainDiffer,
  compare: (before, after) => [
    ...difference('measures', listed(before.measures), listed(after.measures), { replaces: true }),
    ...difference('on', before.on, after.on, { replaces: true }),
    ...difference('statistics target', before.target, after.target),
  ],
  names: (statistics) => [`statistics ${JSON.stringify([statistics.schema, statistics.name])}`],
  rebuiltBy: (_statistics, cause) => goesAway(cause) || remakesType(cause),
  droppedWith: (statistics) => [statistics.parent, ...statistics.columns],
  dropsEarly: true,
}
