/** From a catalog to what is drawn of it. */
import { type Catalog, objectsOf } from '../../catalog/catalog.ts'
import type { Enum } from '../../catalog/enum.ts'
import { type Diagram, type DrawnEnum, UNMARKED } from './diagram.ts'
import { enumsIn, tableEntity, tablesIn, viewEntity, viewsIn } from './entities.ts'
import { foldedIn } from './folding.ts'
import { byText, groupBy, inOrder } from './order.ts'
import { partsIn } from './parts.ts'
import { inheritanceIn, readsIn, relationsIn } from './relations.ts'

/** Everything that a diagram shows of a schema. */
export function diagramOf(catalog: Catalog): Diagram {
  const { defaultSchema } = catalog
  const folded = foldedIn(catalog)
  const partitions = groupBy(folded.values(), (root) => root)
  const partsOf = partsIn(catalog)
  const enumOf = enumsIn(catalog)
  const [tables, views] = [tablesIn(catalog), viewsIn(catalog)]
  const relations = relationsIn(catalog, tables, partsOf, folded)
  const relationsOf = groupBy(relations, ({ from }) => from)
  return {
    defaultSchema,
    entities: [
      ...tables
        .filter(({ identity }) => !folded.has(identity))
        .map((table) => {
          const { identity } = table
          const referencing = new Set((relationsOf.get(identity) ?? []).flatMap((each) => each.fromColumns))
          const count = partitions.get(identity)?.length ?? 0
          return tableEntity(table, partsOf(identity), referencing, count, enumOf)
        }),
      ...views.map((view) => viewEntity(view, partsOf(view.identity), enumOf)),
    ].sort(inOrder(defaultSchema)),
    enums: objectsOf(catalog, 'enum').map(drawnEnum).sort(inOrder(defaultSchema)),
    relations: relations.sort((a, b) => byText(a.identity, b.identity)),
    links: [...readsIn(catalog, views, folded), ...inheritanceIn(catalog, tables)].sort(
      (a, b) => byText(a.from, b.from) || byText(a.to, b.to),
    ),
    withoutColumns: false,
    compared: null,
  }
}

function drawnEnum({ kind, identity, schema, name, comment, labels }: Enum): DrawnEnum {
  return {
    ...{ kind, identity, schema, name, comment },
    labels: labels.map((label) => ({ name: label, ...UNMARKED })),
    ...UNMARKED,
  }
}
