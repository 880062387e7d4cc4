/** The parts of each relation of a catalog that a diagram is made of. */
import { type Catalog, objectsOf } from '../../catalog/catalog.ts'
import type { Column } from '../../catalog/column.ts'
import type { Constraint } from '../../catalog/constraint.ts'
import type { Identity } from '../../catalog/object.ts'
import { domainFacts } from '../../types/domains.ts'
import type { DrawnKey } from './diagram.ts'
import { keysIn } from './keys.ts'
import { byText, groupBy } from './order.ts'

export interface Parts {
  /** In the order of the table, not null also where their domains say so; a view's columns are no objects. */
  readonly columns: readonly Column[]
  readonly keys: readonly DrawnKey[]
  /** By name. */
  readonly foreignKeys: readonly Constraint[]
}

/** The parts of whichever relation is asked for. */
export function partsIn(catalog: Catalog): (relation: Identity) => Parts {
  const columns = groupBy(objectsOf(catalog, 'column'), ({ parent }) => parent)
  const constraints = groupBy(objectsOf(catalog, 'constraint'), ({ parent }) => parent)
  const indexes = groupBy(objectsOf(catalog, 'index'), ({ parent }) => parent)
  const domainOf = domainFacts(catalog)
  const whole = (column: Column): Column =>
    !column.notNull && domainOf(column.type).notNull ? { ...column, notNull: true } : column
  return (relation) => {
    const own = (constraints.get(relation) ?? []).sort((a, b) => byText(a.name, b.name))
    const ownIndexes = (indexes.get(relation) ?? []).sort((a, b) => byText(a.name, b.name))
    return {
      columns: (columns.get(relation) ?? []).sort((a, b) => a.position - b.position).map(whole),
      keys: keysIn(own, ownIndexes),
      foreignKeys: own.filter(({ type }) => type === 'foreign key'),
    }
  }
}
