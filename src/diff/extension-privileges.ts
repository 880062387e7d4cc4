/** Comparing what was granted on the members of an extension. */
import type { ExtensionPrivileges } from '../catalog/extension-privileges.ts'
import { grantsDifference } from './access.ts'
import { type KindDiffer, plainDiffer } from './differ.ts'

export const extensionPrivilegesDiffer: KindDiffer<ExtensionPrivileges> = {
  ...plainDiffer,
  compare: (before, after) => grantsDifference('grants', before.grants, after.grants),
  names: () => [],
}
