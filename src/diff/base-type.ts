/** Comparing base types and shells: the functions that a base type can do without are set in place. */
import type { BaseType, ShellType } from '../catalog/base-type.ts'
import { difference, goesAway, type KindDiffer, listed, plainDiffer, typeName } from './differ.ts'
import { shortName } from './names.ts'

export const baseTypeDiffer: KindDiffer<BaseType> = {
  ...plainDiffer,
  compare: (before, after) => [
    ...difference('options', listed(before.options), listed(after.options), { replaces: true }),
    ...difference('settings', listed(before.settings), listed(after.settings)),
  ],
  names: (type) => [typeName(type)],
  loss: (step) =>
    step.action === 'drop' && step.replaced
      ? `type ${shortName(step.object.identity, step.sides.live)} is made anew, and its values go`
      : null,
}

export const shellTypeDiffer: KindDiffer<ShellType> = {
  ...plainDiffer,
  compare: () => [],
  names: (type) => [typeName(type)],
  rebuiltBy: (type, cause) => goesAway(cause) && cause.before.identity === type.parent,
}
