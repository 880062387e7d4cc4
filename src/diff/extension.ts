/** Comparing extensions. */
import type { Extension } from '../catalog/extension.ts'
import { difference, type KindDiffer, plainDiffer } from './differ.ts'

export const extensionDiffer: KindDiffer<Extension> = {
  ...plainDiffer,
  compare: (before, after) => [
    ...difference('version', before.version, after.version),
    ...difference('schema', before.inSchema, after.inSchema, { replaces: !before.relocatable }),
  ],
  names: (extension) => [`extension ${extension.name}`],
  // An updated or moved extension keeps its objects.
  rebuiltBy: () => false,
  alteredFreely: true,
}
