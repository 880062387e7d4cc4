/** Writing what is granted on the members of an extension: the moves from what the extension itself gave. */
import type { Catalog } from '../catalog/catalog.ts'
import type { ExtensionPrivileges } from '../catalog/extension-privileges.ts'
import type { Grant } from '../catalog/privileges.ts'
import { grantMoves } from '../diff/grant-moves.ts'
import { grantSql, privilegesSql } from './access.ts'
import { type KindEmitter, raw, type Statement } from './emitter.ts'

export const extensionPrivilegesEmitter: KindEmitter<ExtensionPrivileges> = {
  create: ({ object, sides }) => moves(object, object.initial, object.grants, sides.target),
  drop: ({ object, sides }) => moves(object, object.grants, object.initial, sides.live),
  alter: ({ before, after, sides }) => moves(after, before.grants, after.grants, sides.target),
  commentTarget: () => null,
}

function moves(
  { what, words, member }: ExtensionPrivileges,
  from: readonly Grant[],
  to: readonly Grant[],
  { maintain }: Catalog,
): Statement[] {
  return grantMoves(from, to).map((move) =>
    raw(grantSql(move, privilegesSql(move.privileges, what, maintain), `on ${words} ${member}`, null)),
  )
}
