/** Comparing rules. */
import type { Rule } from '../catalog/rule.ts'
import { convertsColumn, difference, goesAway, type KindDiffer, plainDiffer } from './differ.ts'
import { remakesType } from './remake.ts'

export const ruleDiffer: KindDiffer<Rule> = {
  ...plainDiffer,
  separable: true,
  compare: (before, after) => [
    ...difference('definition', before.definition, after.definition),
    ...difference('enabled', before.firing, after.firing),
  ],
  names: () => [],
  rebuiltBy: (_rule, cause) => goesAway(cause) || convertsColumn(cause) || remakesType(cause),
  dropsEarly: true,
}
