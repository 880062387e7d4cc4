/** Comparing operators: the selectivity functions are altered in place. */
import type { Operator } from '../catalog/operator.ts'
import { difference, goesAway, type KindDiffer, plainDiffer } from './differ.ts'
import { remakesType } from './remake.ts'

export const operatorDiffer: KindDiffer<Operator> = {
  ...plainDiffer,
  compare: (before, after) => [
    ...difference('function', before.function, after.function, { replaces: true }),
    ...difference('commutator', before.commutator, after.commutator, { replaces: true }),
    ...difference('negator', before.negator, after.negator, { replaces: true }),
    ...difference('hashes', before.hashes, after.hashes, { replaces: true }),
    ...difference('merges', before.merges, after.merges, { replaces: true }),
    ...difference('restrict', before.restrict, after.restrict),
    ...difference('join', before.join, after.join),
  ],
  names: (operator) => [operator.identity],
  rebuiltBy: (_operator, cause) => goesAway(cause) || remakesType(cause),
}
