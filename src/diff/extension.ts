/** Comparing extensions. */
import { type Catalog, dependentsIn } from '../catalog/catalog.ts'
import type { Extension } from '../catalog/extension.ts'
import { difference, type KindDiffer, plainDiffer } from './differ.ts'

export const extensionDiffer: KindDiffer<Extension> = {
  ...plainDiffer,
  compare: (before, after, { live }) => [
    ...difference('version', before.version, after.version, {
      replaces: !before.reachable.includes(after.version) && !holdsData(before, live),
    }),
    ...difference('schema', before.inSchema, after.inSchema, { replaces: !before.relocatable }),
  ],
  names: (extension) => [`extension ${extension.name}`],
  // An updated or moved extension keeps its objects.
  rebuiltBy: () => false,
  isFree: () => true,
  loss: (step) =>
    step.action === 'drop' && !step.replaced
      ? `extension ${step.object.name} is dropped with all that it holds`
      : null,
}

/** Whether values of its types are stored, which go with it: then it is better not to get to a version than to lose them. */
function holdsData(extension: Extension, live: Catalog): boolean {
  const dependents = [...(dependentsIn(live).get(extension.identity) ?? [])]
  return dependents.some((identity) => /^(column|domain|composite type|range type):/.test(identity))
}
