/** The table of kinds: how each is compared. */
import type { CatalogObject, Kind, Kinds } from '../catalog/kinds.ts'
import { accessMethodDiffer } from './access-method.ts'
import { aggregateDiffer } from './aggregate.ts'
import { baseTypeDiffer, shellTypeDiffer } from './base-type.ts'
import { castDiffer } from './cast.ts'
import { collationDiffer } from './collation.ts'
import { columnDiffer } from './column.ts'
import { compositeTypeDiffer } from './composite-type.ts'
import { constraintDiffer } from './constraint.ts'
import { defaultPrivilegesDiffer } from './default-privileges.ts'
import type { KindDiffer } from './differ.ts'
import { domainDiffer } from './domain.ts'
import { domainConstraintDiffer } from './domain-constraint.ts'
import { encodingConversionDiffer } from './encoding-conversion.ts'
import { enumDiffer } from './enum.ts'
import { eventTriggerDiffer } from './event-trigger.ts'
import { extensionDiffer } from './extension.ts'
import { extensionPrivilegesDiffer } from './extension-privileges.ts'
import { foreignDataWrapperDiffer, foreignServerDiffer, userMappingDiffer } from './foreign-server.ts'
import { foreignTableDiffer } from './foreign-table.ts'
import { languageDiffer, transformDiffer } from './language.ts'
import { materializedViewDiffer } from './materialized-view.ts'
import { operatorDiffer } from './operator.ts'
import { operatorClassDiffer, operatorFamilyDiffer } from './operator-class.ts'
import { policyDiffer } from './policy.ts'
import { publicationDiffer, publicationTableDiffer } from './publication.ts'
import { rangeTypeDiffer } from './range-type.ts'
import { routineDiffer } from './routine.ts'
import { ruleDiffer } from './rule.ts'
import { schemaDiffer } from './schema.ts'
import { sequenceDiffer } from './sequence.ts'
import { statisticsDiffer } from './statistics.ts'
import { tableDiffer } from './table.ts'
import { tableIndexDiffer } from './table-index.ts'
import {
  textSearchConfigurationDiffer,
  textSearchDictionaryDiffer,
  textSearchParserDiffer,
  textSearchTemplateDiffer,
} from './text-search.ts'
import { triggerDiffer } from './trigger.ts'
import { viewDiffer } from './view.ts'

const differs: { readonly [K in Kind]: KindDiffer<Kinds[K]> } = {
  'default privileges': defaultPrivilegesDiffer,
  schema: schemaDiffer,
  extension: extensionDiffer,
  'extension privileges': extensionPrivilegesDiffer,
  'access method': accessMethodDiffer,
  language: languageDiffer,
  'shell type': shellTypeDiffer,
  'base type': baseTypeDiffer,
  collation: collationDiffer,
  conversion: encodingConversionDiffer,
  enum: enumDiffer,
  'range type': rangeTypeDiffer,
  'composite type': compositeTypeDiffer,
  domain: domainDiffer,
  'domain constraint': domainConstraintDiffer,
  'text search parser': textSearchParserDiffer,
  'text search template': textSearchTemplateDiffer,
  'text search dictionary': textSearchDictionaryDiffer,
  'text search configuration': textSearchConfigurationDiffer,
  transform: transformDiffer,
  cast: castDiffer,
  operator: operatorDiffer,
  'operator family': operatorFamilyDiffer,
  'operator class': operatorClassDiffer,
  'foreign data wrapper': foreignDataWrapperDiffer,
  server: foreignServerDiffer,
  'user mapping': userMappingDiffer,
  sequence: sequenceDiffer,
  table: tableDiffer,
  'foreign table': foreignTableDiffer,
  column: columnDiffer,
  constraint: constraintDiffer,
  function: routineDiffer,
  procedure: routineDiffer,
  aggregate: aggregateDiffer,
  view: viewDiffer,
  'materialized view': materializedViewDiffer,
  index: tableIndexDiffer,
  statistics: statisticsDiffer,
  publication: publicationDiffer,
  'publication table': publicationTableDiffer,
  rule: ruleDiffer,
  trigger: triggerDiffer,
  policy: policyDiffer,
  'event trigger': eventTriggerDiffer,
}

/** The differ of an object's kind. */
export function differOf(object: CatalogObject): KindDiffer<CatalogObject> {
  return differs[object.kind] as unknown as KindDiffer<CatalogObject>
}
