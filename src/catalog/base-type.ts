/** Base types, whose values are read and written by functions, and the shells that stand for types before they are whole. */
import { type Identity, identityOf, type ObjectBase } from './object.ts'
import {
  type AddressedRow,
  addressOf,
  functionName,
  type KindReader,
  notOfExtension,
  withComment,
} from './reader.ts'

export interface BaseType extends ObjectBase {
  readonly kind: 'base type'
  readonly schema: string
  /** `input = f`, `internallength = 4` …: what `create type` takes in parentheses, but what `settings` hold. */
  readonly options: readonly string[]
  /** The same of what `alter type … set` changes. */
  readonly settings: readonly string[]
}

/**
 * The name of a type whose functions must be there before it is: of a base type, or of a range type with a canonical
 * function. One without a parent is only that, a shell (manual, CREATE TYPE).
 */
export interface ShellType extends ObjectBase {
  readonly kind: 'shell type'
  readonly schema: string
  readonly parent: Identity | null
}

interface BaseTypeRow extends AddressedRow {
  readonly schema: string
  readonly name: string
  readonly comment: string | null
  readonly options: readonly string[]
  readonly settings: readonly string[]
}

interface ShellTypeRow extends AddressedRow {
  readonly schema: string
  readonly name: string
  readonly comment: string | null
  readonly type: string
}

/** The part of a type's address at which its shell is. */
export const SHELL_SUB_ID = 4095

/** SQL: the functions of a type without which it cannot be. */
export const supportFunctions = `
      select t.oid as type, f.oid as function from pg_type t
        cross join lateral unnest(array[t.typinput, t.typoutput, t.typreceive, t.typsend, t.typmodin, t.typmodout, t.typanalyze, t.typsubscript]::oid[]) f (oid)
        where t.typtype = 'b' and t.oid >= 16384 and f.oid >= 16384
      union
      select r.rngtypid, r.rngcanonical::oid from pg_range r where r.rngcanonical::oid >= 16384`

export const baseTypeReader: KindReader<BaseType, BaseTypeRow> = {
  kind: 'base type',
  query: () => `
    select ${addressOf('pg_type', 't.oid')}, n.nspname::text as schema, t.typname::text as name, description.description as comment,
      array_remove(array[
        'input = ' || ${functionName('t.typinput')},
        'output = ' || ${functionName('t.typoutput')},
        case when t.typlen > 0 then 'internallength = ' || t.typlen when t.typlen = -2 then 'internallength = -2' end,
        case when t.typbyval then 'passedbyvalue' end,
        case t.typalign when 'c' then 'alignment = char' when 's' then 'alignment = int2' when 'd' then 'alignment = double' end,
        case when t.typcategory <> 'U' then 'category = ' || quote_literal(t.typcategory::text) end,
        case when t.typispreferred then 'preferred = true' end,
        'default = ' || quote_literal(t.typdefault),
        case when t.typelem <> 0 then 'element = ' || format_type(t.typelem, null) end,
        case when t.typdelim <> ',' then 'delimiter = ' || quote_literal(t.typdelim::text) end,
        case when t.typcollation <> 0 then 'collatable = true' end
      ], null) as options,
      array_remove(array[
        'receive = ' || ${functionName('t.typreceive')},
        'send = ' || ${functionName('t.typsend')},
        'typmod_in = ' || ${functionName('t.typmodin')},
        'typmod_out = ' || ${functionName('t.typmodout')},
        'analyze = ' || ${functionName('t.typanalyze')},
        'subscript = ' || ${functionName('t.typsubscript')},
        case t.typstorage when 'e' then 'storage = external' when 'x' then 'storage = extended' when 'm' then 'storage = main' end
      ], null) as settings
    from pg_type t
    join pg_namespace n on n.oid = t.typnamespace
    ${withComment('pg_type', 't.oid')}
    where t.typtype = 'b' and n.nspname = any ($1) and ${notOfExtension('pg_type', 't.oid')}
      and not exists (select from pg_type element where element.typarray = t.oid)
    order by n.nspname, t.typname`,
  read: (row) => ({
    kind: 'base type',
    identity: identityOf('base type', row.schema, row.name),
    schema: row.schema,
    name: row.name,
    parent: null,
    comment: row.comment,
    options: row.options,
    settings: row.settings,
  }),
}

export const shellTypeReader: KindReader<ShellType, ShellTypeRow> = {
  kind: 'shell type',
  query: () => `
    select ${addressOf('pg_type', 't.oid', `case when t.typisdefined then ${SHELL_SUB_ID} else 0 end`)}, n.nspname::text as schema,
      t.typname::text as name, case when not t.typisdefined then description.description end as comment,
      case when t.typisdefined then t.typtype else '' end::text as type
    from pg_type t
    join pg_namespace n on n.oid = t.typnamespace
    ${withComment('pg_type', 't.oid')}
    where n.nspname = any ($1) and ${notOfExtension('pg_type', 't.oid')}
      and (not t.typisdefined or t.oid in (select support.type from (${supportFunctions}) support))
    order by n.nspname, t.typname`,
  read: (row) => ({
    kind: 'shell type',
    identity: identityOf('shell type', row.schema, row.name),
    schema: row.schema,
    name: row.name,
    parent:
      row.type === ''
        ? null
        : identityOf(row.type === 'r' ? 'range type' : 'base type', row.schema, row.name),
    comment: row.comment,
  }),
}
