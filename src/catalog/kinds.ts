/** The table of kinds: one line each. Its order is the order in which objects of unrelated kinds are created. */
import { type AccessMethod, accessMethodReader } from './access-method.ts'
import { type Aggregate, aggregateReader } from './aggregate.ts'
import { type BaseType, baseTypeReader, type ShellType, shellTypeReader } from './base-type.ts'
import { type Cast, castReader } from './cast.ts'
import { type Collation, collationReader } from './collation.ts'
import { type Column, columnReader } from './column.ts'
import { type CompositeType, compositeTypeReader } from './composite-type.ts'
import { type Constraint, constraintReader } from './constraint.ts'
import { type DefaultPrivileges, defaultPrivilegesReader } from './default-privileges.ts'
import { type Domain, domainReader } from './domain.ts'
import { type DomainConstraint, domainConstraintReader } from './domain-constraint.ts'
import { type EncodingConversion, encodingConversionReader } from './encoding-conversion.ts'
import { type Enum, enumReader } from './enum.ts'
import { type EventTrigger, eventTriggerReader } from './event-trigger.ts'
import { type Extension, extensionReader } from './extension.ts'
import { type ExtensionPrivileges, extensionPrivilegesReader } from './extension-privileges.ts'
import {
  type ForeignDataWrapper,
  type ForeignServer,
  foreignDataWrapperReader,
  foreignServerReader,
  type UserMapping,
  userMappingReader,
} from './foreign-server.ts'
import { type ForeignTable, foreignTableReader } from './foreign-table.ts'
import { type Language, languageReader, type Transform, transformReader } from './language.ts'
import { type MaterializedView, materializedViewReader } from './materialized-view.ts'
import { type Operator, operatorReader } from './operator.ts'
import {
  type OperatorClass,
  type OperatorFamily,
  operatorClassReader,
  operatorFamilyReader,
} from './operator-class.ts'
import { type Policy, policyReader } from './policy.ts'
import {
  type Publication,
  type PublicationTable,
  publicationReader,
  publicationTableReader,
} from './publication.ts'
import { type RangeType, rangeTypeReader } from './range-type.ts'
import type { KindReader } from './reader.ts'
import { functionReader, procedureReader, type Routine } from './routine.ts'
import { type Rule, ruleReader } from './rule.ts'
import { type Schema, schemaReader } from './schema.ts'
import { type Sequence, sequenceReader } from './sequence.ts'
import { type Statistics, statisticsReader } from './statistics.ts'
import { type Table, tableReader } from './table.ts'
import { type TableIndex, tableIndexReader } from './table-index.ts'
import {
  type TextSearchConfiguration,
  type TextSearchDictionary,
  type TextSearchParser,
  type TextSearchTemplate,
  textSearchConfigurationReader,
  textSearchDictionaryReader,
  textSearchParserReader,
  textSearchTemplateReader,
} from './text-search.ts'
import { type Trigger, triggerReader } from './trigger.ts'
import { type View, viewReader } from './view.ts'

/** Kind → the model of its objects. */
export interface Kinds {
  'default privileges': DefaultPrivileges
  schema: Schema
  extension: Extension
  'extension privileges': ExtensionPrivileges
  'access method': AccessMethod
  language: Language
  'shell type': ShellType
  'base type': BaseType
  collation: Collation
  conversion: EncodingConversion
  enum: Enum
  'range type': RangeType
  'composite type': CompositeType
  domain: Domain
  'domain constraint': DomainConstraint
  'text search parser': TextSearchParser
  'text search template': TextSearchTemplate
  'text search dictionary': TextSearchDictionary
  'text search configuration': TextSearchConfiguration
  transform: Transform
  cast: Cast
  operator: Operator
  'operator family': OperatorFamily
  'operator class': OperatorClass
  'foreign data wrapper': ForeignDataWrapper
  server: ForeignServer
  'user mapping': UserMapping
  sequence: Sequence
  table: Table
  'foreign table': ForeignTable
  column: Column
  constraint: Constraint
  function: Routine<'function'>
  procedure: Routine<'procedure'>
  aggregate: Aggregate
  view: View
  'materialized view': MaterializedView
  index: TableIndex
  statistics: Statistics
  publication: Publication
  'publication table': PublicationTable
  rule: Rule
  trigger: Trigger
  policy: Policy
  'event trigger': EventTrigger
}

export type Kind = keyof Kinds
export type CatalogObject = Kinds[Kind]

/** How each kind is read. */
export const readers: { readonly [K in Kind]: KindReader<Kinds[K]> } = {
  // First: what is made gets what they say.
  'default privileges': defaultPrivilegesReader,
  schema: schemaReader,
  extension: extensionReader,
  'extension privileges': extensionPrivilegesReader,
  'access method': accessMethodReader,
  language: languageReader,
  'shell type': shellTypeReader,
  'base type': baseTypeReader,
  collation: collationReader,
  conversion: encodingConversionReader,
  enum: enumReader,
  'range type': rangeTypeReader,
  'composite type': compositeTypeReader,
  domain: domainReader,
  'domain constraint': domainConstraintReader,
  'text search parser': textSearchParserReader,
  'text search template': textSearchTemplateReader,
  'text search dictionary': textSearchDictionaryReader,
  'text search configuration': textSearchConfigurationReader,
  transform: transformReader,
  cast: castReader,
  operator: operatorReader,
  'operator family': operatorFamilyReader,
  'operator class': operatorClassReader,
  'foreign data wrapper': foreignDataWrapperReader,
  server: foreignServerReader,
  'user mapping': userMappingReader,
  sequence: sequenceReader,
  table: tableReader,
  'foreign table': foreignTableReader,
  column: columnReader,
  constraint: constraintReader,
  function: functionReader,
  procedure: procedureReader,
  aggregate: aggregateReader,
  view: viewReader,
  'materialized view': materializedViewReader,
  index: tableIndexReader,
  statistics: statisticsReader,
  publication: publicationReader,
  'publication table': publicationTableReader,
  rule: ruleReader,
  trigger: triggerReader,
  policy: policyReader,
  'event trigger': eventTriggerReader,
}

export const kindOrder = Object.keys(readers) as readonly Kind[]
