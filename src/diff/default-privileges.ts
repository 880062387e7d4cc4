/** Comparing default privileges: altered in place, as what a role grants on all that it makes. */
import type { DefaultPrivileges } from '../catalog/default-privileges.ts'
import { identityOf } from '../catalog/object.ts'
import { grantsDifference } from './access.ts'
import { type KindDiffer, plainDiffer } from './differ.ts'

export const defaultPrivilegesDiffer: KindDiffer<DefaultPrivileges> = {
  ...plainDiffer,
  compare: (before, after) => grantsDifference('grants', before.grants, after.grants),
  names: ({ identity }) => [identity],
  droppedWith: ({ schema }) => (schema === null ? [] : [identityOf('schema', schema)]),
  // What is made after that does not get them.
  dropsEarly: true,
}
