/** Foreign-data wrappers, their servers, and user mappings: the objects of SQL/MED but foreign tables. */
import { identityOf, type ObjectBase } from './object.ts'
import { type AddressedRow, addressOf, type KindReader, notOfExtension, withComment } from './reader.ts'

export interface ForeignDataWrapper extends ObjectBase {
  readonly kind: 'foreign data wrapper'
  readonly handler: string | null
  readonly validator: string | null
  /** As `name=value`, here and below. */
  readonly options: readonly string[]
}

export interface ForeignServer extends ObjectBase {
  readonly kind: 'server'
  readonly wrapper: string
  readonly type: string | null
  readonly version: string | null
  readonly options: readonly string[]
}

export interface UserMapping extends ObjectBase {
  readonly kind: 'user mapping'
  readonly server: string
  /** `public` for all. */
  readonly user: string
  /** Without those that hold a password. */
  readonly options: readonly string[]
  /** The names of the options that are left out. */
  readonly hidden: readonly string[]
}

interface OptionsRow extends AddressedRow {
  readonly name: string
  readonly comment: string | null
  readonly options: readonly string[] | null
}

interface WrapperRow extends OptionsRow {
  readonly handler: string | null
  readonly validator: string | null
}

interface ServerRow extends OptionsRow {
  readonly wrapper: string
  readonly type: string | null
  readonly version: string | null
}

// These belong to the database, not to a schema: $1 is unused but must be named, since every kind's query is sent with it.
const ANY_SCHEMA = '$1::text[] is not null'

export const foreignDataWrapperReader: KindReader<ForeignDataWrapper, WrapperRow> = {
  kind: 'foreign data wrapper',
  query: () => `
    select ${addressOf('pg_foreign_data_wrapper', 'w.oid')}, w.fdwname::text as name, description.description as comment,
      case when w.fdwhandler <> 0 then w.fdwhandler::regproc::text end as handler,
      case when w.fdwvalidator <> 0 then w.fdwvalidator::regproc::text end as validator, w.fdwoptions as options
    from pg_foreign_data_wrapper w
    ${withComment('pg_foreign_data_wrapper', 'w.oid')}
    where ${ANY_SCHEMA} and ${notOfExtension('pg_foreign_data_wrapper', 'w.oid')}
    order by w.fdwname`,
  read: (row) => ({
    kind: 'foreign data wrapper',
    identity: identityOf('foreign data wrapper', row.name),
    schema: null,
    name: row.name,
    parent: null,
    comment: row.comment,
    handler: row.handler,
    validator: row.validator,
    options: row.options ?? [],
  }),
}

export const foreignServerReader: KindReader<ForeignServer, ServerRow> = {
  kind: 'server',
  query: () => `
    select ${addressOf('pg_foreign_server', 's.oid')}, s.srvname::text as name, description.description as comment,
      w.fdwname::text as wrapper, s.srvtype as type, s.srvversion as version, s.srvoptions as options
    from pg_foreign_server s
    join pg_foreign_data_wrapper w on w.oid = s.srvfdw
    ${withComment('pg_foreign_server', 's.oid')}
    where ${ANY_SCHEMA} and ${notOfExtension('pg_foreign_server', 's.oid')}
    order by s.srvname`,
  read: (row) => ({
    kind: 'server',
    identity: identityOf('server', row.name),
    schema: null,
    name: row.name,
    parent: null,
    comment: row.comment,
    wrapper: row.wrapper,
    type: row.type,
    version: row.version,
    options: row.options ?? [],
  }),
}

interface UserMappingRow extends AddressedRow {
  readonly server: string
  readonly user: string
  readonly options: readonly string[] | null
}

const HOLDS_PASSWORD = /password|passcode/i

export const userMappingReader: KindReader<UserMapping, UserMappingRow> = {
  kind: 'user mapping',
  // The view shows options only to who may see them; the catalog itself only superusers may read.
  query: () => `
    select ${addressOf('pg_user_mapping', 'u.umid')}, u.srvname::text as server,
      case when u.umuser = 0 then 'public' else u.usename::text end as user, u.umoptions as options
    from pg_user_mappings u
    where ${ANY_SCHEMA} and ${notOfExtension('pg_foreign_server', 'u.srvid')}
    order by u.srvname, 5`,
  read: (row) => {
    const options = row.options ?? []
    const isHidden = (option: string): boolean => HOLDS_PASSWORD.test(option.slice(0, option.indexOf('=')))
    return {
      kind: 'user mapping',
      identity: identityOf('user mapping', row.server, row.user),
      schema: null,
      name: row.user,
      parent: null,
      comment: null,
      server: row.server,
      user: row.user,
      options: options.filter((option) => !isHidden(option)),
      hidden: options.filter(isHidden).map((option) => option.slice(0, option.indexOf('='))),
    }
  },
}
