/** Giving an object that was dropped and made again the owner and the privileges that it had. */
import type { Catalog } from '../catalog/catalog.ts'
import type { CatalogObject } from '../catalog/kinds.ts'
import { raw, type Statement } from './emitter.ts'
import { quoteIdentifier } from './sql.ts'

/**
 * The statements that restore access, as the live database has it.
 *
 * @param target as `comment on` names the object: `materialized view m`
 */
export function restoreAccess(object: CatalogObject, target: string, live: Catalog): Statement[] {
  const access = live.access.get(object.identity)
  if (access === undefined) return []
  const granted = target
    .replace(/^(materialized view|foreign table|view) /, 'table ')
    .replace(/^aggregate /, 'function ')
    .replace(/^domain /, 'type ')
  const statements: Statement[] = []
  if (access.owner !== null) statements.push(raw(`alter ${target} owner to ${quoteIdentifier(access.owner)}`))
  if (access.grants === null) return statements
  // What everybody may do by default with routines and types was taken away where it is not listed.
  const byDefault = /^(function|procedure|type) /.test(granted)
  if (byDefault && !access.grants.some((grant) => grant.role === null))
    statements.push(raw(`revoke all on ${granted} from public`))
  const groups = new Map<string, string[]>()
  for (const { role, privilege, grantable, column } of access.grants) {
    const to = `to ${role === null ? 'public' : quoteIdentifier(role)}${grantable ? ' with grant option' : ''}`
    const what = column === null ? privilege : `${privilege} (${quoteIdentifier(column)})`
    groups.set(to, [...(groups.get(to) ?? []), what])
  }
  for (const [to, privileges] of groups)
    statements.push(raw(`grant ${privileges.join(', ')} on ${granted} ${to}`))
  return statements
}
