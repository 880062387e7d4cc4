/** The table of kinds: how each is written. */
import type { CatalogObject, Kind, Kinds } from '../catalog/kinds.ts'
import { accessMethodEmitter } from './access-method.ts'
import { aggregateEmitter } from './aggregate.ts'
import { baseTypeEmitter, shellTypeEmitter } from './base-type.ts'
import { castEmitter } from './cast.ts'
import { collationEmitter } from './collation.ts'
import { columnEmitter } from './column.ts'
import { compositeTypeEmitter } from './composite-type.ts'
import { constraintEmitter } from './constraint.ts'
import { defaultPrivilegesEmitter } from './default-privileges.ts'
import { domainEmitter } from './domain.ts'
import { domainConstraintEmitter } from './domain-constraint.ts'
import type { KindEmitter } from './emitter.ts'
import { encodingConversionEmitter } from './encoding-conversion.ts'
import { enumEmitter } from './enum.ts'
import { eventTriggerEmitter } from './event-trigger.ts'
import { extensionEmitter } from './extension.ts'
import { extensionPrivilegesEmitter } from './extension-privileges.ts'
import { foreignDataWrapperEmitter, foreignServerEmitter, userMappingEmitter } from './foreign-server.ts'
import { foreignTableEmitter } from './foreign-table.ts'
import { languageEmitter, transformEmitter } from './language.ts'
import { materializedViewEmitter } from './materialized-view.ts'
import { operatorEmitter } from './operator.ts'
import { operatorClassEmitter, operatorFamilyEmitter } from './operator-class.ts'
import { policyEmitter } from './policy.ts'
import { publicationEmitter, publicationTableEmitter } from './publication.ts'
import { rangeTypeEmitter } from './range-type.ts'
import { routineEmitter } from './routine.ts'
import { ruleEmitter } from './rule.ts'
import { schemaEmitter } from './schema.ts'
import { sequenceEmitter } from './sequence.ts'
import { statisticsEmitter } from './statistics.ts'
import { tableEmitter } from './table.ts'
import { tableIndexEmitter } from './table-index.ts'
import {
  textSearchConfigurationEmitter,
  textSearchDictionaryEmitter,
  textSearchParserEmitter,
  textSearchTemplateEmitter,
} from './text-search.ts'
import { triggerEmitter } from './trigger.ts'
import { viewEmitter } from './view.ts'

const emitters: { readonly [K in Kind]: KindEmitter<Kinds[K]> } = {
  'default privileges': defaultPrivilegesEmitter,
  schema: schemaEmitter,
  extension: extensionEmitter,
  'extension privileges': extensionPrivilegesEmitter,
  'access method': accessMethodEmitter,
  language: languageEmitter,
  'shell type': shellTypeEmitter,
  'base type': baseTypeEmitter,
  collation: collationEmitter,
  conversion: encodingConversionEmitter,
  enum: enumEmitter,
  'range type': rangeTypeEmitter,
  'composite type': compositeTypeEmitter,
  domain: domainEmitter,
  'domain constraint': domainConstraintEmitter,
  'text search parser': textSearchParserEmitter,
  'text search template': textSearchTemplateEmitter,
  'text search dictionary': textSearchDictionaryEmitter,
  'text search configuration': textSearchConfigurationEmitter,
  transform: transformEmitter,
  cast: castEmitter,
  operator: operatorEmitter,
  'operator family': operatorFamilyEmitter,
  'operator class': operatorClassEmitter,
  'foreign data wrapper': foreignDataWrapperEmitter,
  server: foreignServerEmitter,
  'user mapping': userMappingEmitter,
  sequence: sequenceEmitter,
  table: tableEmitter,
  'foreign table': foreignTableEmitter,
  column: columnEmitter,
  constraint: constraintEmitter,
  function: routineEmitter,
  procedure: routineEmitter,
  aggregate: aggregateEmitter,
  view: viewEmitter,
  'materialized view': materializedViewEmitter,
  index: tableIndexEmitter,
  statistics: statisticsEmitter,
  publication: publicationEmitter,
  'publication table': publicationTableEmitter,
  rule: ruleEmitter,
  trigger: triggerEmitter,
  policy: policyEmitter,
  'event trigger': eventTriggerEmitter,
}

/** The emitter of an object's kind. */
export function emitterOf(object: CatalogObject): KindEmitter<CatalogObject> {
  return emitters[object.kind] as unknown as KindEmitter<CatalogObject>
}
