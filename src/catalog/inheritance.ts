/** What a partition or an inheriting table has from its parents: columns, checks and foreign keys. */
import type { Column } from './column.ts'
import type { Constraint } from './constraint.ts'
import type { CatalogObject } from './kinds.ts'
import { type Identity, identityOf } from './object.ts'

/** What a parent hands down. */
export type Part = Column | Constraint

type Objects = ReadonlyMap<Identity, CatalogObject>

/** Whether an object is of a kind that parents hand down; keys are attached instead, see `attachment.ts`. */
export function isPart(object: CatalogObject): object is Part {
  if (object.kind === 'column') return true
  return object.kind === 'constraint' && (object.type === 'check' || object.type === 'foreign key')
}

/** The parents of a table or foreign table, in order; none of anything else. */
export function parentsOf(relation: CatalogObject | undefined): readonly Identity[] {
  if (relation?.kind !== 'table' && relation?.kind !== 'foreign table') return []
  return relation.partitionOf === null ? relation.inherits : [relation.partitionOf.table]
}

/** What a parent hands down to this part, whether or not the part's table defines it too. */
export function originIn(parent: Identity, part: Part, objects: Objects): Part | undefined {
  const relation = objects.get(parent)
  if (relation === undefined) return undefined
  if (part.kind === 'column') {
    const column = objects.get(identityOf('column', relation.schema, relation.name, part.name))
    return column?.kind === 'column' ? column : undefined
  }
  const identity =
    part.type === 'check' ? identityOf('constraint', relation.schema, relation.name, part.name) : part.partOf
  const constraint = identity === null ? undefined : objects.get(identity)
  if (constraint?.kind !== 'constraint' || constraint.parent !== parent || constraint.type !== part.type)
    return undefined
  return constraint.noInherit ? undefined : constraint
}

/** What the part comes from, in the order of its table's parents; none where the parents have no such thing. */
export function originsOf(part: Part, objects: Objects): Part[] {
  return parentsOf(objects.get(part.parent)).flatMap((parent) => originIn(parent, part, objects) ?? [])
}

/** The first of what a part comes from that its own table does not define. */
export function originOf<P extends Part>(part: P, objects: Objects): P | undefined {
  const origin = part.inherited ? originsOf(part, objects)[0] : undefined
  return origin?.kind === part.kind ? (origin as P) : undefined
}
