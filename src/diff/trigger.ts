/** Comparing triggers: all but constraint triggers have `create or replace`. */
import type { Trigger } from '../catalog/trigger.ts'
import { convertsColumn, difference, goesAway, type KindDiffer, plainDiffer } from './differ.ts'
import { remakesType } from './remake.ts'

export const triggerDiffer: KindDiffer<Trigger> = {
  ...plainDiffer,
  compare: (before, after) => [
    ...difference('definition', before.definition, after.definition, {
      replaces: before.constraint || after.constraint,
    }),
    ...difference('enabled', before.firing, after.firing),
  ],
  names: (trigger) =>
    trigger.constraint ? [`constraint ${JSON.stringify([trigger.schema, trigger.table, trigger.name])}`] : [],
  rebuiltBy: (_trigger, cause) => goesAway(cause) || convertsColumn(cause) || remakesType(cause),
  dropsEarly: true,
}
