/** Domains; their checks are objects of their own (domain-constraint.ts). */
import { identityOf, type ObjectBase } from './object.ts'
import { type AddressedRow, addressOf, type KindReader, notOfExtension, withComment } from './reader.ts'

export interface Domain extends ObjectBase {
  readonly kind: 'domain'
  readonly schema: string
  /** As `format_type` prints it, with modifiers. */
  readonly baseType: string
  /** Null where it is the base type's own. */
  readonly collation: string | null
  readonly default: string | null
  readonly notNull: boolean
  /** The constraint that says so, from PostgreSQL 17 on; `usual` where PostgreSQL chose its name, for this domain or as it was called before. */
  readonly notNullConstraint: {
    readonly name: string
    readonly usual: boolean
    readonly comment: string | null
  } | null
}

interface DomainRow extends AddressedRow {
  readonly schema: string
  readonly name: string
  readonly comment: string | null
  readonly base_type: string
  readonly collation: string | null
  readonly default_expression: string | null
  readonly not_null: boolean
  readonly not_null_name: string | null
  readonly not_null_comment: string | null
}

export const domainReader: KindReader<Domain, DomainRow> = {
  kind: 'domain',
  query: (serverVersion) => `
    select ${addressOf('pg_type', 't.oid')}, n.nspname::text as schema, t.typname::text as name,
      description.description as comment, format_type(t.typbasetype, t.typtypmod) as base_type,
      case when t.typcollation <> b.typcollation then t.typcollation::regcollation::text end as collation,
      coalesce(pg_get_expr(t.typdefaultbin, 0), t.typdefault) as default_expression, t.typnotnull as not_null,
      ${serverVersion >= 170000 ? 'nn.conname::text' : 'null::text'} as not_null_name, ${serverVersion >= 170000 ? 'nn_description.description' : 'null::text'} as not_null_comment
    from pg_type t
    join pg_namespace n on n.oid = t.typnamespace
    join pg_type b on b.oid = t.typbasetype
    ${
      serverVersion >= 170000
        ? `left join pg_constraint nn on nn.contypid = t.oid and nn.contype = 'n'
    left join pg_description nn_description on nn_description.classoid = 'pg_constraint'::regclass and nn_description.objoid = nn.oid`
        : ''
    }
    ${withComment('pg_type', 't.oid')}
    where t.typtype = 'd' and n.nspname = any ($1) and ${notOfExtension('pg_type', 't.oid')}
    order by n.nspname, t.typname`,
  read: (row) => ({
    kind: 'domain',
    identity: identityOf('domain', row.schema, row.name),
    schema: row.schema,
    name: row.name,
    parent: null,
    comment: row.comment,
    baseType: row.base_type,
    collation: row.collation,
    default: row.default_expression,
    notNull: row.not_null,
    notNullConstraint:
      row.not_null_name === null
        ? null
        : {
            name: row.not_null_name,
            usual: /_not_null\d*$/.test(row.not_null_name),
            comment: row.not_null_comment,
          },
  }),
}
