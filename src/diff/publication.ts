/** Comparing publications and the tables that they name. */
import type { Publication, PublicationTable } from '../catalog/publication.ts'
import { convertsColumn, difference, goesAway, type KindDiffer, listed, plainDiffer } from './differ.ts'
import { remakesType } from './remake.ts'

export const publicationDiffer: KindDiffer<Publication> = {
  ...plainDiffer,
  compare: (before, after) => [
    ...difference('all tables', before.allTables, after.allTables, { replaces: true }),
    ...difference('schemas', listed(before.schemas), listed(after.schemas)),
    ...difference('publish', listed(before.publish), listed(after.publish)),
    ...difference('publish via partition root', before.viaPartitionRoot, after.viaPartitionRoot),
    ...difference('publish generated columns', before.generatedColumns, after.generatedColumns),
  ],
  names: (publication) => [publication.identity],
}

export const publicationTableDiffer: KindDiffer<PublicationTable> = {
  ...plainDiffer,
  compare: (before, after) => [
    ...difference('relation', before.relation, after.relation, { replaces: true }),
    ...difference('columns', listed(before.columns), listed(after.columns), { replaces: true }),
    ...difference('filter', before.filter, after.filter, { replaces: true }),
  ],
  names: (table) => [table.identity],
  // PostgreSQL converts no column that a row filter reads or a list of columns names.
  rebuiltBy: (table, cause) =>
    goesAway(cause) ||
    ((table.filter !== null || table.columns.length > 0) && (convertsColumn(cause) || remakesType(cause))),
  createdWith: (table) => [table.parent],
  droppedWith: (table) => [table.parent, table.table],
  dropsEarly: true,
}
