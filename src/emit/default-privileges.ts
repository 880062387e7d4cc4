/** Writing default privileges: the moves from what is built in, or from what was said before. */
import type { Catalog } from '../catalog/catalog.ts'
import { type DefaultPrivileges, pluralOf } from '../catalog/default-privileges.ts'
import { builtInGrants, type Grant } from '../catalog/privileges.ts'
import { grantMoves } from '../diff/grant-moves.ts'
import { grantSql, privilegesSql } from './access.ts'
import { type KindEmitter, raw, type Statement } from './emitter.ts'
import { quoteIdentifier } from './sql.ts'

export const defaultPrivilegesEmitter: KindEmitter<DefaultPrivileges> = {
  create: ({ object, sides }) => moves(object, start(object, sides.target), object.grants, sides.target),
  drop: ({ object, sides }) => moves(object, object.grants, start(object, sides.live), sides.live),
  alter: ({ before, after, sides }) => moves(after, before.grants, after.grants, sides.target),
  commentTarget: () => null,
}

/** What holds where nothing is said: nothing on top within a schema, for all schemas what is built in. */
function start({ schema, what }: DefaultPrivileges, { maintain }: Catalog): readonly Grant[] {
  return schema === null ? builtInGrants(what, maintain) : []
}

function moves(
  { role, schema, what }: DefaultPrivileges,
  from: readonly Grant[],
  to: readonly Grant[],
  { maintain }: Catalog,
): Statement[] {
  const of = role === null ? '' : ` for role ${quoteIdentifier(role)}`
  const within = schema === null ? '' : ` in schema ${quoteIdentifier(schema)}`
  return grantMoves(from, to).map((move) => {
    const privileges = privilegesSql(move.privileges, what, maintain)
    return raw(
      `alter default privileges${of}${within} ${grantSql(move, privileges, `on ${pluralOf(what)}`, role)}`,
    )
  })
}
