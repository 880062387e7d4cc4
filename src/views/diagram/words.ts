/** What stands in a box beside names, whatever the format. */
import { type Identity, nameOfIdentity } from '../../catalog/object.ts'
import type { Box, Diagram, DrawnColumn, Entity, Marked, Relation } from './diagram.ts'

/** `PK`, `PK FK`, `FK UK`, or nothing. */
export function keyWords({ primaryKey, foreignKey, unique }: DrawnColumn): string[] {
  return [...(primaryKey ? ['PK'] : []), ...(foreignKey ? ['FK'] : []), ...(unique ? ['UK'] : [])]
}

/** What it is, where it is no plain table: `view`, `enum`, `12 partitions by RANGE (day)`. */
export function kindWords(box: Box): string | null {
  if (box.kind !== 'table') return box.kind
  if (box.partitionKey === null) return null
  const { partitions, partitionKey } = box
  const count = partitions === 1 ? '1 partition' : `${partitions} partitions`
  return `${count} by ${partitionKey}`
}

/** `added`, `changed: type integer → bigint`; nothing of what is as it was. */
export function markWords({ mark, said }: Marked): string | null {
  if (mark === null) return null
  return said.length === 0 ? mark : `${mark}: ${said.join(', ')}`
}

/** The foreign key in words: `order_customer_fkey: (customer_id) → customer (id), on delete cascade`. */
export function relationWords(relation: Relation, labelOf: (identity: Identity) => string): string {
  const { name, fromColumns, to, toColumns, onDelete } = relation
  const target = `${labelOf(to)} (${toColumns.join(', ')})`
  const deletion = onDelete === null ? '' : `, on delete ${onDelete}`
  return `${name}: (${fromColumns.join(', ')}) → ${target}${deletion}`
}

/**
 * What each box is called where schemas are not drawn: its name, with its schema where that is not the default one. Where two
 * would be called the same (a dot may stand in a name), as PostgreSQL quotes them.
 */
export function labelsOf({ entities, enums, defaultSchema }: Diagram): (identity: Identity) => string {
  const boxes: Box[] = [...entities, ...enums]
  const short = ({ schema, name }: Box): string => (schema === defaultSchema ? name : `${schema}.${name}`)
  const times = new Map<string, number>()
  for (const box of boxes) times.set(short(box), (times.get(short(box)) ?? 0) + 1)
  const labels = new Map(
    boxes.map((box) => [
      box.identity,
      times.get(short(box)) === 1 ? short(box) : nameOfIdentity(box.identity),
    ]),
  )
  return (identity) => labels.get(identity) ?? nameOfIdentity(identity)
}

/** Whether it has columns. */
export function isEntity(box: Box): box is Entity {
  return box.kind !== 'enum'
}
