/** Comparing composite types: attributes are altered in place where PostgreSQL can, else the type is made anew. */
import { type Catalog, dependentsIn } from '../catalog/catalog.ts'
import type { CompositeType } from '../catalog/composite-type.ts'
import type { Identity } from '../catalog/object.ts'
import type { RelationColumn } from '../catalog/relation-columns.ts'
import type { AlterStep } from './change.ts'
import { attributeConversion } from './conversion.ts'
import { difference, type KindDiffer, plainDiffer, relationName, typeDropped, typeName } from './differ.ts'
import { shortName } from './names.ts'
import { columnComments } from './relation-comments.ts'
import { remakesType } from './remake.ts'
import { signature } from './view.ts'

/** The aspect of attributes that are added, altered and dropped. */
export const ATTRIBUTES = 'attributes'

export const compositeTypeDiffer: KindDiffer<CompositeType> = {
  ...plainDiffer,
  compare: (before, after, sides) => [
    ...difference(ATTRIBUTES, signature(before.attributes), signature(after.attributes), {
      remakes: !staysInPlace(before, after, sides.live),
    }),
    ...columnComments(before.attributes, after.attributes),
  ],
  names: (type) => [relationName(type), typeName(type)],
  rebuiltBy: (_type, cause) => remakesType(cause),
  remade: true,
  loss: (step) => {
    if (step.action === 'drop') return typeDropped(step)
    if (step.action !== 'alter' || !step.differences.some((d) => d.aspect === ATTRIBUTES)) return null
    const kept = new Set(step.after.attributes.map((attribute) => attribute.name))
    const gone = step.before.attributes.filter((attribute) => !kept.has(attribute.name))
    const went = `${shortName(step.before.identity, step.sides.live)} loses ${gone.map((one) => one.name).join(', ')}, and with it what columns of the type hold there`
    const said = [...(gone.length === 0 ? [] : [went]), ...attributeNotes('loss', step)]
    return said.length === 0 ? null : `type ${said.join('; ')}`
  },
  risk: (step) => {
    if (step.action !== 'alter' || !step.differences.some((d) => d.aspect === ATTRIBUTES)) return null
    const said = attributeNotes('risk', step)
    return said.length === 0 ? null : `type ${said.join('; ')}`
  },
}

/** What other types do to the values of attributes that stay, where columns hold some. */
function attributeNotes(note: 'loss' | 'risk', { before, after, sides }: AlterStep<CompositeType>): string[] {
  if (!isStored(before.identity, sides.live)) return []
  const known = new Map(before.attributes.map((attribute) => [attribute.name, attribute]))
  return after.attributes.flatMap((attribute) => {
    const old = known.get(attribute.name)
    const said = old === undefined ? null : (attributeConversion(old, attribute, sides)?.[note] ?? null)
    return old === undefined || said === null
      ? []
      : [
          `${shortName(after.identity, sides.target)}, attribute ${old.name} goes from ${old.type} to ${attribute.type}: ${said}`,
        ]
  })
}

/** Whether an attribute has another type or collation. */
export function isRetyped(before: RelationColumn, after: RelationColumn): boolean {
  return before.type !== after.type || before.collation !== after.collation
}

/**
 * New attributes go to the end, and an attribute's type cannot change while a table holds values of the composite type
 * (manual, ALTER TYPE).
 */
function staysInPlace(before: CompositeType, after: CompositeType, live: Catalog): boolean {
  const known = new Map(before.attributes.map((attribute) => [attribute.name, attribute]))
  const kept = after.attributes.filter((attribute) => known.has(attribute.name))
  const wanted = new Set(kept.map((attribute) => attribute.name))
  const left = before.attributes.filter((attribute) => wanted.has(attribute.name))
  const inOrder =
    left.every((attribute, i) => attribute.name === kept[i]?.name) &&
    kept.every((attribute, i) => attribute === after.attributes[i])
  const retyped = kept.some((attribute) => {
    const old = known.get(attribute.name)
    return old !== undefined && isRetyped(old, attribute)
  })
  return inOrder && !(retyped && isStored(before.identity, live))
}

/** Whether a column holds values of the type, by itself or within those of another type. */
export function isStored(type: Identity, live: Catalog): boolean {
  const seen = new Set<Identity>([type])
  for (const identity of seen) {
    for (const dependent of dependentsIn(live).get(identity) ?? []) {
      const object = live.objects.get(dependent)
      if (object === undefined) continue
      if (object.kind === 'column' || object.kind === 'materialized view' || object.kind === 'index')
        return true
      if (object.kind === 'domain' || object.kind === 'composite type' || object.kind === 'range type')
        seen.add(dependent)
    }
  }
  return false
}
