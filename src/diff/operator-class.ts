/** Comparing operator classes and families. */
import type { OperatorClass, OperatorFamily } from '../catalog/operator-class.ts'
import { difference, goesAway, type KindDiffer, listed, plainDiffer } from './differ.ts'
import { remakesType } from './remake.ts'

export const operatorFamilyDiffer: KindDiffer<OperatorFamily> = {
  ...plainDiffer,
  compare: (before, after) => difference('items', listed(before.items), listed(after.items)),
  names: (family) => [family.identity],
  rebuiltBy: (_family, cause) => goesAway(cause) || remakesType(cause),
}

export const operatorClassDiffer: KindDiffer<OperatorClass> = {
  ...plainDiffer,
  compare: (before, after) => [
    ...difference('type', before.type, after.type, { replaces: true }),
    ...difference('default', before.isDefault, after.isDefault, { replaces: true }),
    ...difference('family', before.family, after.family, { replaces: true }),
    ...difference('storage', before.storage, after.storage, { replaces: true }),
    ...difference('items', listed(before.items), listed(after.items), { replaces: true }),
  ],
  names: (operatorClass) => [operatorClass.identity],
  rebuiltBy: (_operatorClass, cause) => goesAway(cause) || remakesType(cause),
  // A family takes its classes with it.
  droppedWith: (operatorClass) => [operatorClass.family],
}
