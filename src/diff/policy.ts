/** Comparing policies: `alter policy` changes roles and conditions, and can take no condition away. */
import type { Policy } from '../catalog/policy.ts'
import { convertsColumn, difference, goesAway, type KindDiffer, listed, plainDiffer } from './differ.ts'
import { remakesType } from './remake.ts'

export const policyDiffer: KindDiffer<Policy> = {
  ...plainDiffer,
  separable: true,
  compare: (before, after) => [
    ...difference('command', before.command, after.command, { replaces: true }),
    ...difference('permissive', before.permissive, after.permissive, { replaces: true }),
    ...difference('roles', listed(before.roles), listed(after.roles)),
    ...difference('using', before.using, after.using, { replaces: after.using === null }),
    ...difference('check', before.check, after.check, { replaces: after.check === null }),
  ],
  names: () => [],
  rebuiltBy: (_policy, cause) => goesAway(cause) || convertsColumn(cause) || remakesType(cause),
  dropsEarly: true,
}
