/** Writing the indexes of partitions that are part of an index of the partitioned table. */
import { isIncomplete } from '../catalog/attachment.ts'
import type { Constraint } from '../catalog/constraint.ts'
import type { CatalogObject } from '../catalog/kinds.ts'
import type { TableIndex } from '../catalog/table-index.ts'
import { attachedTo, goesUnsaid, indexAbove } from '../diff/attached.ts'
import type { Sides } from '../diff/change.ts'
import { raw, type Statement, tableSqlName } from './emitter.ts'
import { qualifiedName, quoteIdentifier, quoteLiteral } from './sql.ts'

/**
 * What makes the wanted index of the one that PostgreSQL makes for a new partition.
 *
 * @returns null where PostgreSQL makes none, so that the index is created
 */
export function ofClone(object: Constraint | TableIndex, { live, target }: Sides): Statement[] | null {
  const { attached } = object
  if (attached === null || indexAbove(object, { live, target }) !== 'kept') return null
  const [clone, name] = [quoteIdentifier(attached.usualName), quoteIdentifier(object.name)]
  if (object.kind === 'index') {
    const index = qualifiedName(object.schema, attached.usualName, target)
    return attached.usual ? [] : [raw(`alter index ${index} rename to ${name}`)]
  }
  const alter = `alter table ${tableSqlName(object, target)}`
  if (target.objects.get(attached.to)?.kind === 'index')
    return [raw(`${alter} add constraint ${name} ${object.type} using index ${clone}${deferralSql(object)}`)]
  return attached.usual ? [] : [raw(`${alter} rename constraint ${clone} to ${name}`)]
}

/** What follows a key that is made of an index. */
export function deferralSql({ deferrable, initiallyDeferred }: Constraint): string {
  return `${deferrable ? ' deferrable' : ''}${initiallyDeferred ? ' initially deferred' : ''}`
}

/**
 * The attachments that a new index needs: to the one above it where that is there without it, and of those below where
 * it is made for the partitioned table alone.
 */
export function attachments(object: Constraint | TableIndex, sides: Sides): Statement[] {
  const { attached } = object
  const own =
    attached !== null && indexAbove(object, sides) === 'kept alone'
      ? attach(sides.target.objects.get(attached.to), object, sides)
      : []
  const isNew = isIncomplete(object)
  const below = isNew ? attachedTo(object.identity, sides.target) : []
  return [...own, ...below.flatMap((part) => attach(object, part, sides))]
}

/** The comments on what PostgreSQL makes below a new index. */
export function commentsBelow(object: Constraint | TableIndex, sides: Sides): Statement[] {
  const { live, target } = sides
  return attachedTo(object.identity, target).flatMap((part) => {
    if (part.kind !== 'index' || !goesUnsaid(part, target, live, sides)) return []
    const name = qualifiedName(part.schema, part.name, target)
    const isThere = part.comment !== null && part.attached?.usualName === part.name
    return [
      ...(isThere ? [raw(`comment on index ${name} is ${quoteLiteral(part.comment ?? '')}`)] : []),
      ...commentsBelow(part, sides),
    ]
  })
}

function attach(above: CatalogObject | undefined, part: CatalogObject, { target }: Sides): Statement[] {
  if (above === undefined) return []
  const name = (one: CatalogObject): string => qualifiedName(one.schema ?? '', one.name, target)
  return [raw(`alter index ${name(above)} attach partition ${name(part)}`)]
}
