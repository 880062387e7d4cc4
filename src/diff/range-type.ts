/** Comparing range types: nothing of one can be altered, so another definition makes the type anew. */
import { dependentsIn, findObject } from '../catalog/catalog.ts'
import type { Identity } from '../catalog/object.ts'
import type { RangeType } from '../catalog/range-type.ts'
import type { Sides } from './change.ts'
import { difference, type KindDiffer, plainDiffer, typeDropped, typeName } from './differ.ts'
import { shortName } from './names.ts'
import { remakesType } from './remake.ts'
import { routineDiffer } from './routine.ts'

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
  rebuiltBy: (_type, cause) =>
    remakesType(cause) || (cause.action === 'replace' && cause.after.kind === 'function'),
  remade: true,
  loss: (step) =>
    typeDropped(step) ??
    (step.action === 'alter' && step.differences.some((d) => d.aspect === 'subtype')
      ? `range type ${shortName(step.after.identity, step.sides.target)} goes from ${step.before.subtype} to ${step.after.subtype}: values that do not fit fail`
      : null),
}

function multirange(type: RangeType): string {
  return `${type.multirangeSchema}.${type.multirangeName}`
}

/** The range types that a function is made anew with, since they hold on to it: it steps aside as they do. */
export function rangesAround(routine: Identity, { live, target }: Sides): RangeType[] {
  const before = findObject(live, 'function', routine)
  const after = findObject(target, 'function', routine)
  if (before === undefined || after === undefined) return []
  if (!routineDiffer.compare(before, after, { live, target }).some((one) => one.replaces)) return []
  return [...(dependentsIn(live).get(routine) ?? [])].flatMap((identity) => {
    const stays = target.dependencies.get(identity)?.has(routine) ?? false
    return stays ? (findObject(live, 'range type', identity) ?? []) : []
  })
}
