/** What a pull leaves out, and why: what is not managed, what is excluded, and what dbmig knows nothing of. */
import { accessIn, accessOfNew } from '../../catalog/access.ts'
import type { Catalog } from '../../catalog/catalog.ts'
import type { CatalogObject } from '../../catalog/kinds.ts'
import { nameOfIdentity } from '../../catalog/object.ts'
import { ONLY_WHEN_ASKED } from '../../comparison/comparison.ts'
import type { Session } from '../../database/session.ts'

export interface LeftOut {
  /** `publication`, `table`, `schema`, `subscription` … */
  readonly kind: string
  readonly why: 'excluded' | 'not managed' | 'other schema' | 'unknown to dbmig'
  readonly count: number
  readonly names: readonly string[]
}

/**
 * What the database has and the declaration will not.
 *
 * @param whole what was read of the managed schemas
 * @param chosen what of that is managed
 * @param others schemas that are not managed
 */
export async function leftOut(
  session: Session,
  whole: Catalog,
  chosen: Catalog,
  others: readonly string[],
): Promise<LeftOut[]> {
  const gone = [...whole.objects.values()].filter(
    ({ identity, parent }) =>
      !chosen.objects.has(identity) && (parent === null || chosen.objects.has(parent)),
  )
  const request = ({ kind }: CatalogObject): boolean => ONLY_WHEN_ASKED[kind] !== undefined
  return [
    ...grouped(
      gone.filter((object) => !request(object)),
      'excluded',
    ),
    ...grouped(gone.filter(request), 'not managed'),
    ...accessLeftOut(chosen),
    ...(others.length === 0
      ? []
      : [{ kind: 'schema', why: 'other schema' as const, count: others.length, names: others }]),
    ...(await unknownObjects(session)),
  ]
}

function grouped(objects: readonly CatalogObject[], why: LeftOut['why']): LeftOut[] {
  const names = new Map<string, string[]>()
  for (const { kind, identity } of objects) {
    const known = names.get(kind)
    if (known === undefined) names.set(kind, [nameOfIdentity(identity)])
    else known.push(nameOfIdentity(identity))
  }
  return [...names].map(([kind, own]) => ({ kind, why, count: own.length, names: own }))
}

/** Owners and privileges that are not what making the object gives, where they are not managed. */
function accessLeftOut(catalog: Catalog): LeftOut[] {
  const owners: string[] = []
  const grants: string[] = []
  for (const object of catalog.objects.values()) {
    if (object.kind === 'column' || !catalog.access.has(object.identity)) continue
    const { owner, grants: own } = accessIn(catalog, object)
    const name = nameOfIdentity(object.identity)
    const isPublic = object.identity === 'schema:public'
    const usual = isPublic
      ? catalog.accessOfPublic
      : accessOfNew(object, owner, catalog, catalog.defaultPrivileges)
    if (owner !== (isPublic ? usual.owner : null)) owners.push(name)
    if (JSON.stringify(own) !== JSON.stringify(usual.grants)) grants.push(name)
  }
  const told = (kind: string, names: readonly string[], isManaged: boolean): LeftOut[] =>
    isManaged || names.length === 0 ? [] : [{ kind, why: 'not managed', count: names.length, names }]
  return [...told('owner', owners, catalog.managed.owners), ...told('grant', grants, catalog.managed.grants)]
}

interface UnknownRow {
  readonly kind: string
  readonly name: string
}

/** What a schema may hold beside, in one query; what an extension owns goes with the extension. */
const unknownQuery = `
  with found (class_id, object_id, kind, name) as (
    select 'pg_subscription'::regclass::oid, oid, 'subscription', subname::text from pg_subscription
      where subdbid = (select oid from pg_database where datname = current_database())
    union all select objoid, 0, 'security label', pg_describe_object(classoid, objoid, objsubid) from pg_seclabel
  )
  select kind, name from found where not exists (
    select from pg_depend d where d.classid = class_id and d.objid = object_id and d.deptype = 'e')
  order by kind, name`

async function unknownObjects(session: Session): Promise<LeftOut[]> {
  const rows = await session.query<UnknownRow & Record<string, unknown>>(unknownQuery)
  const kinds = [...new Set(rows.map(({ kind }) => kind))]
  return kinds.map((kind) => {
    const names = rows.filter((row) => row.kind === kind).map(({ name }) => name)
    return { kind, why: 'unknown to dbmig', count: names.length, names }
  })
}
