/** Access methods of tables and indexes. */
import { identityOf, type ObjectBase } from './object.ts'
import {
  type AddressedRow,
  addressOf,
  functionName,
  type KindReader,
  notOfExtension,
  withComment,
} from './reader.ts'

export interface AccessMethod extends ObjectBase {
  readonly kind: 'access method'
  readonly type: 'table' | 'index'
  readonly handler: string
}

interface AccessMethodRow extends AddressedRow {
  readonly name: string
  readonly comment: string | null
  readonly type: string
  readonly handler: string
}

export const accessMethodReader: KindReader<AccessMethod, AccessMethodRow> = {
  kind: 'access method',
  // They belong to the database, not to a schema: $1 is unused but must be named.
  query: () => `
    select ${addressOf('pg_am', 'm.oid')}, m.amname::text as name, description.description as comment, m.amtype::text as type,
      ${functionName('m.amhandler')} as handler
    from pg_am m
    ${withComment('pg_am', 'm.oid')}
    where m.oid >= 16384 and $1::text[] is not null and ${notOfExtension('pg_am', 'm.oid')}
    order by m.amname`,
  read: (row) => ({
    kind: 'access method',
    identity: identityOf('access method', row.name),
    schema: null,
    name: row.name,
    parent: null,
    comment: row.comment,
    type: row.type === 't' ? 'table' : 'index',
    handler: row.handler,
  }),
}
