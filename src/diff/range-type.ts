/** Comparing range types: nothing of one can be altered, so another definition makes the type anew. */
import type { RangeType } from '../catalog/range-type.ts'
import { difference, type KindDiffer, plainDiffer, typeDropped, typeName } from './differ.ts'
import { remakesType } from './remake.ts'

export const rangeTypeDiffer: KindDiffer<RangeType> = {
  ...plainDiffer,
  compare: (before, after) => [
    ...difference('subtype', before.subtype, after.subtype, { remakes: true }),
    ...difference('operator class', before.operatorClass, after.operatorClass, { remakes: true }),
    ...difference('collation', before.collation, after.collation, { remakes: true }),
    ...difference('canonical function', before.canonical, after.canonical, { remakes: true }),
    ...difference('difference function', before.subtypeDiff, after.subtypeDiff, { remakes: true }),
    ...difference('multirange type', multirange(before), multirange(after), { remakes: true }),
  ],
  names: (type) => [
    typeName(type),
    typeName({ ...type, schema: type.multirangeSchema, name: type.multirangeName }),
  ],
  rebuiltBy: (_type, cause) => remakesType(cause),
  remade: true,
  loss: (step) =>
    typeDropped(step) ??
    (step.action === 'alter' && step.differences.some((d) => d.aspect === 'subtype')
      ? `range type ${step.after.name} goes from ${step.before.subtype} to ${step.after.subtype}: values that do not fit fail`
      : null),
}

function multirange(type: RangeType): string {
  return `${type.multirangeSchema}.${type.multirangeName}`
}
