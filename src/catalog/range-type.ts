/** Range types, each with its multirange type. */
import { identityOf, type ObjectBase } from './object.ts'
import {
  type AddressedRow,
  addressOf,
  functionName,
  type KindReader,
  notOfExtension,
  visibleName,
  withComment,
} from './reader.ts'

export interface RangeType extends ObjectBase {
  readonly kind: 'range type'
  readonly schema: string
  readonly subtype: string
  /** Null where it is the subtype's default. */
  readonly operatorClass: string | null
  /** Null where it is the subtype's own. */
  readonly collation: string | null
  /** The functions' names, without arguments. */
  readonly canonical: string | null
  readonly subtypeDiff: string | null
  readonly multirangeSchema: string
  readonly multirangeName: string
}

interface RangeTypeRow extends AddressedRow {
  readonly schema: string
  readonly name: string
  readonly comment: string | null
  readonly subtype: string
  readonly operator_class: string | null
  readonly collation: string | null
  readonly canonical: string | null
  readonly subtype_diff: string | null
  readonly multirange_schema: string
  readonly multirange_name: string
}

export const rangeTypeReader: KindReader<RangeType, RangeTypeRow> = {
  kind: 'range type',
  query: () => `
    select ${addressOf('pg_type', 't.oid')}, n.nspname::text as schema, t.typname::text as name,
      description.description as comment, format_type(r.rngsubtype, null) as subtype,
      case when not oc.opcdefault then ${visibleName('pg_opclass_is_visible', 'oc', 'opc')} end as operator_class,
      case when r.rngcollation <> 0 and r.rngcollation <> b.typcollation then r.rngcollation::regcollation::text end as collation,
      ${functionName('r.rngcanonical')} as canonical,
      ${functionName('r.rngsubdiff')} as subtype_diff,
      mn.nspname::text as multirange_schema, m.typname::text as multirange_name
    from pg_range r
    join pg_type t on t.oid = r.rngtypid
    join pg_namespace n on n.oid = t.typnamespace
    join pg_type b on b.oid = r.rngsubtype
    join pg_type m on m.oid = r.rngmultitypid
    join pg_namespace mn on mn.oid = m.typnamespace
    join pg_opclass oc on oc.oid = r.rngsubopc
    ${withComment('pg_type', 't.oid')}
    where n.nspname = any ($1) and ${notOfExtension('pg_type', 't.oid')}
    order by n.nspname, t.typname`,
  read: (row) => ({
    kind: 'range type',
    identity: identityOf('range type', row.schema, row.name),
    schema: row.schema,
    name: row.name,
    parent: null,
    comment: row.comment,
    subtype: row.subtype,
    operatorClass: row.operator_class,
    collation: row.collation,
    canonical: row.canonical,
    subtypeDiff: row.subtype_diff,
    multirangeSchema: row.multirange_schema,
    multirangeName: row.multirange_name,
  }),
}
