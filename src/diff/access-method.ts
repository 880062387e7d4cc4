/** Comparing access methods: nothing of one can be altered. */
import type { AccessMethod } from '../catalog/access-method.ts'
import { difference, type KindDiffer, plainDiffer } from './differ.ts'

export const accessMethodDiffer: KindDiffer<AccessMethod> = {
  ...plainDiffer,
  compare: (before, after) => [
    ...difference('type', before.type, after.type, { replaces: true }),
    ...difference('handler', before.handler, after.handler, { replaces: true }),
  ],
  names: (method) => [method.identity],
}
