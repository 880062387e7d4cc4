/** What the live side's objects would be called once some renames were carried out. */
import type { Access } from '../../catalog/access.ts'
import type { Catalog } from '../../catalog/catalog.ts'
import type { CatalogObject } from '../../catalog/kinds.ts'
import { type Identity, identityOf, quotePart } from '../../catalog/object.ts'
import { normalGrants } from '../../catalog/privileges.ts'
import { routineIdentity } from '../../catalog/routine.ts'
import { type Rename, relationOf } from './rename.ts'

export interface Projection {
  /** The identity that an object will have. */
  identityOf(object: CatalogObject): Identity
  /** The schema and, of what is named within a relation, the relation that an object will be in. */
  placeOf(object: CatalogObject): { readonly schema: string | null; readonly relation: string | null }
  /** A type as PostgreSQL will print it. */
  typeOf(type: string): string
}

/** The projection of some renames of a catalog. */
export function projectionOf(renames: readonly Rename[], catalog: Catalog): Projection {
  const schemas = new Map<string, string>()
  const own = new Map<Identity, { readonly schema: string | null; readonly name: string }>()
  const types = new Map<string, string>()
  for (const { from, to } of renames) {
    if (from.kind === 'schema') schemas.set(from.name, to.name)
    if (from.kind === from.object.kind) own.set(from.identity, { schema: to.object.schema, name: to.name })
  }
  const printed = (schema: string | null, name: string): string =>
    schema === null || schema === catalog.defaultSchema
      ? quotePart(name)
      : `${quotePart(schema)}.${quotePart(name)}`
  const schemaOf = (schema: string | null): string | null =>
    schema === null ? null : (schemas.get(schema) ?? schema)
  const placeOf = (object: CatalogObject): { schema: string | null; relation: string | null } => {
    const relation = relationOf(object)
    const renamed = object.parent === null ? undefined : own.get(object.parent)
    if (relation === null || object.parent === null)
      return { schema: renamed?.schema ?? schemaOf(object.schema), relation: null }
    return renamed === undefined
      ? { schema: schemaOf(object.schema), relation }
      : { schema: renamed.schema, relation: renamed.name }
  }
  for (const object of catalog.objects.values()) {
    const renamed = own.get(object.identity)
    if (object.schema === null || (renamed === undefined && !schemas.has(object.schema))) continue
    const to = renamed ?? { schema: schemaOf(object.schema), name: object.name }
    types.set(printed(object.schema, object.name), printed(to.schema, to.name))
  }
  const typeOf = (type: string): string => {
    const base = type.replace(/(\[\])+$/, '')
    const renamed = types.get(base)
    return renamed === undefined ? type : `${renamed}${type.slice(base.length)}`
  }
  return {
    placeOf,
    typeOf,
    identityOf: (object) => {
      if (object.kind === 'schema') return identityOf('schema', schemaOf(object.name))
      const renamed = own.get(object.identity)
      const { schema, relation } = placeOf(object)
      const name = renamed?.name ?? object.name
      if (object.kind === 'function' || object.kind === 'procedure' || object.kind === 'aggregate') {
        const argumentTypes = object.argumentTypes.split(', ').map(typeOf).join(', ')
        return routineIdentity(object.kind, renamed?.schema ?? schema ?? '', name, argumentTypes)
      }
      return identityOf(object.kind, relation === null ? (renamed?.schema ?? schema) : schema, relation, name)
    },
  }
}

/** Owners and privileges of a catalog, as they are found once its objects are renamed. */
export function renamedAccess(catalog: Catalog, renames: readonly Rename[]): Catalog['access'] {
  if (catalog.access.size === 0) return catalog.access
  const { identityOf: newIdentity } = projectionOf(renames, catalog)
  const columns = new Map<Identity, string>(
    renames.flatMap(({ from, to }) => (from.kind === 'column' ? [[from.identity, to.name] as const] : [])),
  )
  const access = new Map<Identity, Access>()
  for (const [identity, own] of catalog.access) {
    const object = catalog.objects.get(identity)
    if (object === undefined) continue
    const grants = own.grants.map((grant) => {
      if (grant.column === null) return grant
      const column = identityOf('column', object.schema, object.name, grant.column)
      return { ...grant, column: columns.get(column) ?? grant.column }
    })
    access.set(newIdentity(object), { ...own, grants: normalGrants(grants) })
  }
  return access
}
