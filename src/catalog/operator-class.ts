/** Operator classes and the families that hold them, with their operators and functions. */
import { type Identity, identityOf, type ObjectBase } from './object.ts'
import {
  type AddressedRow,
  addressOf,
  type KindReader,
  notOfExtension,
  visibleName,
  withComment,
} from './reader.ts'

export interface OperatorFamily extends ObjectBase {
  readonly kind: 'operator family'
  readonly schema: string
  readonly method: string
  /** What belongs to no class: `operator 1 <(a, b)`, `function 1 (a, b) f(a, b)`. */
  readonly items: readonly string[]
}

export interface OperatorClass extends ObjectBase {
  readonly kind: 'operator class'
  readonly schema: string
  readonly method: string
  readonly family: Identity
  readonly familyName: string
  readonly isDefault: boolean
  readonly type: string
  readonly storage: string | null
  readonly items: readonly string[]
}

interface FamilyRow extends AddressedRow {
  readonly schema: string
  readonly name: string
  readonly comment: string | null
  readonly method: string
  readonly items: readonly string[]
}

interface ClassRow extends FamilyRow {
  readonly family_schema: string
  readonly family_name: string
  readonly family_sql: string
  readonly is_default: boolean
  readonly type: string
  readonly storage: string | null
}

export const operatorFamilyReader: KindReader<OperatorFamily, FamilyRow> = {
  kind: 'operator family',
  query: () => `
    select ${addressOf('pg_opfamily', 'f.oid')}, n.nspname::text as schema, f.opfname::text as name,
      description.description as comment, am.amname::text as method, ${items('pg_opfamily', 'f.oid')} as items
    from pg_opfamily f
    join pg_namespace n on n.oid = f.opfnamespace
    join pg_am am on am.oid = f.opfmethod
    ${withComment('pg_opfamily', 'f.oid')}
    where n.nspname = any ($1) and ${notOfExtension('pg_opfamily', 'f.oid')}
    order by n.nspname, f.opfname, am.amname`,
  read: (row) => ({
    kind: 'operator family',
    identity: identityOf('operator family', row.schema, row.name, row.method),
    schema: row.schema,
    name: row.name,
    parent: null,
    comment: row.comment,
    method: row.method,
    items: row.items,
  }),
}

export const operatorClassReader: KindReader<OperatorClass, ClassRow> = {
  kind: 'operator class',
  query: () => `
    select ${addressOf('pg_opclass', 'c.oid')}, n.nspname::text as schema, c.opcname::text as name,
      description.description as comment, am.amname::text as method, fn.nspname::text as family_schema,
      f.opfname::text as family_name, ${visibleName('pg_opfamily_is_visible', 'f', 'opf')} as family_sql,
      c.opcdefault as is_default, format_type(c.opcintype, null) as type,
      case when c.opckeytype <> 0 then format_type(c.opckeytype, null) end as storage,
      ${items('pg_opclass', 'c.oid')} as items
    from pg_opclass c
    join pg_namespace n on n.oid = c.opcnamespace
    join pg_am am on am.oid = c.opcmethod
    join pg_opfamily f on f.oid = c.opcfamily
    join pg_namespace fn on fn.oid = f.opfnamespace
    ${withComment('pg_opclass', 'c.oid')}
    where n.nspname = any ($1) and ${notOfExtension('pg_opclass', 'c.oid')}
    order by n.nspname, c.opcname, am.amname`,
  read: (row) => ({
    kind: 'operator class',
    identity: identityOf('operator class', row.schema, row.name, row.method),
    schema: row.schema,
    name: row.name,
    parent: null,
    comment: row.comment,
    method: row.method,
    family: identityOf('operator family', row.family_schema, row.family_name, row.method),
    familyName: row.family_sql,
    isDefault: row.is_default,
    type: row.type,
    storage: row.storage,
    items: row.items,
  }),
}

/** SQL: the operators and functions whose entry depends on the class or, for the loose ones, on the family. */
function items(owner: string, oid: string): string {
  const belongs = (entry: string): string =>
    `exists (select from pg_depend d where d.classid = '${entry}'::regclass and d.objid = e.oid and d.refclassid = '${owner}'::regclass and d.refobjid = ${oid})`
  return `array(
        select item.sql from (
          select 1 as part, e.amopstrategy as number, 'operator ' || e.amopstrategy || ' ' || e.amopopr::regoperator
            || case when e.amoppurpose = 'o' then ' for order by ' || (select ${visibleName('pg_opfamily_is_visible', 'sf', 'opf')} from pg_opfamily sf where sf.oid = e.amopsortfamily) else '' end as sql
          from pg_amop e where ${belongs('pg_amop')}
          union all
          select 2, e.amprocnum, 'function ' || e.amprocnum || ' (' || format_type(e.amproclefttype, null) || ', '
            || format_type(e.amprocrighttype, null) || ') ' || e.amproc::regprocedure
          from pg_amproc e where ${belongs('pg_amproc')}
        ) item order by item.part, item.number, item.sql)`
}
