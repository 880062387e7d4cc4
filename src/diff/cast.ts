/** Comparing casts: nothing of one can be altered. */
import type { Cast } from '../catalog/cast.ts'
import { difference, goesAway, type KindDiffer, plainDiffer } from './differ.ts'
import { remakesType } from './remake.ts'

export const castDiffer: KindDiffer<Cast> = {
  ...plainDiffer,
  compare: (before, after) => [
    ...difference('function', before.function, after.function, { replaces: true }),
    ...difference('method', before.method, after.method, { replaces: true }),
    ...difference('context', before.context, after.context, { replaces: true }),
  ],
  names: (cast) => [cast.identity],
  rebuiltBy: (_cast, cause) => goesAway(cause) || remakesType(cause),
}
