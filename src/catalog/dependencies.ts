/** Reading `pg_depend`: which object needs which, in addresses that the kinds' rows give identities. */

/** One edge: the object at the first address needs the object at the second. */
export interface DependencyRow {
  readonly class_id: number
  readonly object_id: number
  readonly sub_id: number
  readonly ref_class_id: number
  readonly ref_object_id: number
  readonly ref_sub_id: number
}

/**
 * All edges between objects that users made (oid ≥ 16384; `public`, the one that is older, is an edge by its name).
 *
 * Parts that are no objects of a catalog stand for what they belong to: a default for its column, a view's rule for the
 * view, a row or array or multirange type for its table or base type, a range's constructors for the range, an identity
 * sequence for its column, a constraint's index for the constraint, a member of an extension for the extension
 * (manual, section 53.18).
 */
export const dependencyQuery = `
  with alias (class_id, object_id, to_class, to_object, to_sub) as materialized (
    select 'pg_attrdef'::regclass::oid, d.oid, 'pg_class'::regclass::oid, d.adrelid, d.adnum::int4 from pg_attrdef d
    union all
    select 'pg_rewrite'::regclass, r.oid, 'pg_class'::regclass, r.ev_class, 0 from pg_rewrite r where r.rulename = '_RETURN' and r.oid >= 16384
    union all
    select 'pg_type'::regclass, t.oid, 'pg_class'::regclass, t.typrelid, 0 from pg_type t
      join pg_class c on c.oid = t.typrelid where t.oid >= 16384 and c.relkind <> 'c'
    union all
    select 'pg_class'::regclass, c.oid, 'pg_type'::regclass, c.reltype, 0 from pg_class c where c.oid >= 16384 and c.relkind = 'c'
    union all
    select 'pg_class'::regclass, d.objid, 'pg_class'::regclass, d.refobjid, d.refobjsubid from pg_depend d
      join pg_class s on s.oid = d.objid and s.relkind = 'S'
      where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass and d.deptype = 'i'
    union all
    select 'pg_class'::regclass, k.conindid, 'pg_constraint'::regclass, k.oid, 0 from pg_constraint k where k.contype in ('p', 'u', 'x')
    union all
    select d.classid, d.objid, d.refclassid, coalesce(r.rngtypid, d.refobjid), 0 from pg_depend d
      left join pg_range r on r.rngmultitypid = d.refobjid
      where d.classid = 'pg_proc'::regclass and d.refclassid = 'pg_type'::regclass and d.deptype = 'i'
    union all
    select d.classid, d.objid, d.refclassid, d.refobjid, 0 from pg_depend d where d.deptype = 'e' and d.refclassid = 'pg_extension'::regclass
    union all
    select d.classid, d.objid, d.refclassid, d.refobjid, 0 from pg_depend d
      where d.classid in ('pg_amop'::regclass, 'pg_amproc'::regclass) and d.refclassid in ('pg_opclass'::regclass, 'pg_opfamily'::regclass)
    union all
    -- Schemas of a publication; its tables are objects.
    select d.classid, d.objid, d.refclassid, d.refobjid, 0 from pg_depend d
      where d.refclassid = 'pg_publication'::regclass and d.classid <> 'pg_publication_rel'::regclass
  ),
  -- An array or multirange type leads to its base type, which may itself lead on: one more step.
  -- Materialized, both: hashed once, where the planner would otherwise look through all types for each edge.
  wrapped (class_id, object_id, to_object) as materialized (
    select 'pg_type'::regclass::oid, t.typarray, t.oid from pg_type t where t.typarray <> 0 and t.oid >= 16384
    union all
    select 'pg_type'::regclass, r.rngmultitypid, r.rngtypid from pg_range r where r.rngmultitypid >= 16384
    union all
    select 'pg_type'::regclass, mt.typarray, r.rngtypid from pg_range r join pg_type mt on mt.oid = r.rngmultitypid where r.rngmultitypid >= 16384
  ),
  edge as (
    select d.classid, d.objid, d.objsubid, d.refclassid, coalesce(w.to_object, d.refobjid) as refobjid, d.refobjsubid
    from pg_depend d
    left join wrapped w on w.class_id = d.refclassid and w.object_id = d.refobjid
    where d.deptype in ('n', 'a', 'i', 'P', 'S') and d.refobjid >= 16384 and d.objid >= 16384
  )
  select distinct
    coalesce(a.to_class, e.classid)::int8::float8 as class_id, coalesce(a.to_object, e.objid)::int8::float8 as object_id,
    coalesce(nullif(a.to_sub, 0), case when a.to_class is null then e.objsubid else 0 end)::int4 as sub_id,
    coalesce(b.to_class, e.refclassid)::int8::float8 as ref_class_id, coalesce(b.to_object, e.refobjid)::int8::float8 as ref_object_id,
    coalesce(nullif(b.to_sub, 0), e.refobjsubid)::int4 as ref_sub_id
  from edge e
  left join alias a on a.class_id = e.classid and a.object_id = e.objid
  left join alias b on b.class_id = e.refclassid and b.object_id = e.refobjid`
