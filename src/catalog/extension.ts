/** Extensions; the objects that they own are never part of a catalog. */
import { identityOf, type ObjectBase } from './object.ts'
import { type AddressedRow, addressOf, type KindReader, withComment } from './reader.ts'

export interface Extension extends ObjectBase {
  readonly kind: 'extension'
  readonly version: string
  /** What `create extension` would install if it named no version; null where the server does not offer it. */
  readonly defaultVersion: string | null
  /** The versions that `alter extension … update` gets to from here; none where it is the default one, mostly the last. */
  readonly reachable: readonly string[]
  /** The schema that holds its objects. */
  readonly inSchema: string
  /** Whether `alter extension … set schema` can move it. */
  readonly relocatable: boolean
}

export interface ExtensionRow extends AddressedRow {
  readonly name: string
  readonly version: string
  readonly in_schema: string
  readonly relocatable: boolean
  readonly comment: string | null
  readonly default_comment: string | null
  readonly default_version: string | null
  readonly reachable: readonly string[]
}

export const extensionReader: KindReader<Extension, ExtensionRow> = {
  kind: 'extension',
  // Extensions belong to the database, not to a schema: plpgsql, which every database has, is left out. $1 is unused but
  // must be named, since every kind's query is sent with it.
  query: () => `
    select ${addressOf('pg_extension', 'e.oid')}, e.extname::text as name, e.extversion as version, n.nspname::text as in_schema, e.extrelocatable as relocatable,
      description.description as comment, available.comment as default_comment, available.default_version,
      case when e.extversion = available.default_version then array[]::text[]
        else array(select p.target from pg_extension_update_paths(e.extname) p where p.source = e.extversion and p.path is not null order by 1)
      end as reachable
    from pg_extension e
    join pg_namespace n on n.oid = e.extnamespace
    left join pg_available_extensions() available on available.name = e.extname
    ${withComment('pg_extension', 'e.oid')}
    where e.extname <> 'plpgsql' and $1::text[] is not null
    order by e.extname`,
  read: (row) => ({
    kind: 'extension',
    identity: identityOf('extension', row.name),
    schema: null,
    name: row.name,
    parent: null,
    comment: row.comment === row.default_comment ? null : row.comment,
    version: row.version,
    defaultVersion: row.default_version,
    reachable: row.reachable,
    inSchema: row.in_schema,
    relocatable: row.relocatable,
  }),
}
