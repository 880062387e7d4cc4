/** Writing publications and the tables that they name. */
import type { Publication, PublicationTable } from '../catalog/publication.ts'
import type { AlterStep, CreateStep } from '../diff/change.ts'
import { aspectsOf, type KindEmitter, raw, type Statement } from './emitter.ts'
import { quoteIdentifier } from './sql.ts'

export const publicationEmitter: KindEmitter<Publication> = {
  create,
  drop: ({ object }) => [raw(`drop ${target(object)}`)],
  alter,
  commentTarget: target,
}

export const publicationTableEmitter: KindEmitter<PublicationTable> = {
  create: ({ object }) => [
    raw(`alter publication ${quoteIdentifier(object.publication)} add table ${tableSql(object)}`),
  ],
  drop: ({ object }) => [
    raw(`alter publication ${quoteIdentifier(object.publication)} drop table ${object.relation}`),
  ],
  alter: () => [],
  commentTarget: () => null,
}

function target(publication: Publication): string {
  return `publication ${quoteIdentifier(publication.name)}`
}

function tableSql(table: PublicationTable): string {
  const columns = table.columns.length === 0 ? '' : ` (${table.columns.map(quoteIdentifier).join(', ')})`
  return `${table.relation}${columns}${table.filter === null ? '' : ` where (${table.filter})`}`
}

const ALL_OPERATIONS = 'insert, update, delete, truncate'

function create({ object, parts }: CreateStep<Publication>): Statement[] {
  const tables = parts
    .filter((part): part is PublicationTable => part.kind === 'publication table')
    .map(tableSql)
  const members = [
    ...(tables.length === 0 ? [] : [`table ${tables.join(', ')}`]),
    ...(object.schemas.length === 0 ? [] : [schemasSql(object.schemas)]),
  ]
  const what = object.allTables ? ' for all tables' : members.length === 0 ? '' : ` for ${members.join(', ')}`
  const options = [
    ...(object.publish.join(', ') === ALL_OPERATIONS ? [] : [publishSql(object)]),
    ...(object.viaPartitionRoot ? ['publish_via_partition_root = true'] : []),
    ...(object.generatedColumns === 'none' ? [] : [`publish_generated_columns = ${object.generatedColumns}`]),
  ]
  return [
    raw(`create ${target(object)}${what}${options.length === 0 ? '' : ` with (${options.join(', ')})`}`),
  ]
}

function alter(step: AlterStep<Publication>): Statement[] {
  const { before, after } = step
  const aspects = aspectsOf(step)
  const gone = before.schemas.filter((schema) => !after.schemas.includes(schema))
  const added = after.schemas.filter((schema) => !before.schemas.includes(schema))
  const options = [
    ...(aspects.has('publish') ? [publishSql(after)] : []),
    ...(aspects.has('publish via partition root')
      ? [`publish_via_partition_root = ${after.viaPartitionRoot}`]
      : []),
    ...(aspects.has('publish generated columns')
      ? [`publish_generated_columns = ${after.generatedColumns}`]
      : []),
  ]
  return [
    ...(gone.length === 0 ? [] : [raw(`alter ${target(after)} drop ${schemasSql(gone)}`)]),
    ...(added.length === 0 ? [] : [raw(`alter ${target(after)} add ${schemasSql(added)}`)]),
    ...(options.length === 0 ? [] : [raw(`alter ${target(after)} set (${options.join(', ')})`)]),
  ]
}

function schemasSql(schemas: readonly string[]): string {
  return `tables in schema ${schemas.map(quoteIdentifier).join(', ')}`
}

function publishSql(publication: Publication): string {
  return `publish = '${publication.publish.join(', ')}'`
}
