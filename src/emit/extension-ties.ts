/** Writing with which extensions an object is dropped: `alter … depends on extension`. */
import type { Catalog } from '../catalog/catalog.ts'
import type { CatalogObject } from '../catalog/kinds.ts'
import type { AlterStep } from '../diff/change.ts'
import { EXTENSION_TIES } from '../diff/differ.ts'
import { aspectsOf, type KindEmitter, raw, type Statement } from './emitter.ts'
import { quoteIdentifier } from './sql.ts'

/** What a new object goes with. */
export function extensionTies(
  object: CatalogObject,
  { commentTarget }: KindEmitter<CatalogObject>,
  catalog: Catalog,
): Statement[] {
  const target = commentTarget(object, catalog)
  return tiesOf(object).map((name) => raw(`alter ${target} depends on extension ${quoteIdentifier(name)}`))
}

/** What changes in it; `create or replace` lets go of all. */
export function extensionTieMoves(step: AlterStep, emitter: KindEmitter<CatalogObject>): Statement[] {
  const { before, after, sides } = step
  const aspects = aspectsOf(step)
  if (aspects.has('definition')) return extensionTies(after, emitter, sides.target)
  if (!aspects.has(EXTENSION_TIES)) return []
  const target = emitter.commentTarget(after, sides.target)
  const gone = tiesOf(before).filter((name) => !tiesOf(after).includes(name))
  return [
    ...gone.map((name) => raw(`alter ${target} no depends on extension ${quoteIdentifier(name)}`)),
    ...extensionTies(after, emitter, sides.target),
  ]
}

function tiesOf({ goesWithExtensions = [] }: CatalogObject): readonly string[] {
  return goesWithExtensions
}
