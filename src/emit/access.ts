/** Writing who owns what, and who may use it: `alter … owner to`, `grant` and `revoke`, as few of them as say it. */
import type { Catalog } from '../catalog/catalog.ts'
import type { CatalogObject } from '../catalog/kinds.ts'
import { allPrivileges, type Grantable, grantableOf, type Role } from '../catalog/privileges.ts'
import type { AccessStep } from '../diff/access.ts'
import { type GrantMove, grantMoves, type Privilege } from '../diff/grant-moves.ts'
import { raw, type Statement } from './emitter.ts'
import { emitterOf } from './kinds.ts'
import { routineName } from './routine.ts'
import { ownerSql, qualifiedName, quoteIdentifier } from './sql.ts'

/** The statements of steps that follow each other; what is granted alike on several objects is granted at once. */
export function accessStatements(steps: readonly AccessStep[]): Statement[] {
  const statements: Statement[] = []
  let groups = new GrantGroups()
  const close = (): void => {
    statements.push(...groups.statements())
    groups = new GrantGroups()
  }
  for (const { after, access, sides } of steps) {
    const { from, to } = access
    if (from.owner !== to.owner) {
      close()
      statements.push(...alterOwner(after, to.owner, sides.target))
    } else groups.add(after, grantMoves(from.grants, to.grants), to.owner, sides.target)
  }
  close()
  return statements
}

function alterOwner(object: CatalogObject, owner: string | null, catalog: Catalog): Statement[] {
  const target = emitterOf(object).commentTarget(object, catalog)
  return target === null ? [] : [raw(`alter ${target} owner to ${ownerSql(owner)}`)]
}

interface Group {
  readonly move: GrantMove
  readonly words: string
  readonly owner: string | null
  readonly privileges: string
  readonly names: string[]
}

/** Grants on several objects: those that are alike become one, where none of their objects has had another since. */
class GrantGroups {
  readonly #groups: Group[] = []
  readonly #byText = new Map<string, number>()
  readonly #lastOf = new Map<string, number>()

  add(object: CatalogObject, moves: readonly GrantMove[], owner: string | null, catalog: Catalog): void {
    const what = grantableOf(object)
    const target = grantTarget(object, catalog)
    if (what === null || target === null) return
    for (const move of moves) {
      const privileges = privilegesSql(move.privileges, what, catalog.maintain)
      const own = move.roles.includes('owner') ? owner : null
      const text = JSON.stringify([move, privileges, target.words, own])
      const known = this.#byText.get(text)
      const last = this.#lastOf.get(object.identity) ?? -1
      const place = known !== undefined && known >= last ? known : this.#groups.length
      const group = this.#groups[place]
      if (group === undefined)
        this.#groups.push({ move, words: target.words, owner, privileges, names: [target.name] })
      else group.names.push(target.name)
      this.#byText.set(text, place)
      this.#lastOf.set(object.identity, place)
    }
  }

  statements(): Statement[] {
    return this.#groups.flatMap(({ move, words, owner, privileges, names }) => {
      const line = `on ${words} ${names.join(', ')}`
      const on = line.length <= 70 ? line : `on ${words}\n  ${names.join(',\n  ')}\n`
      return asGrantor(move.grantor, owner, raw(grantSql(move, privileges, on, owner)))
    })
  }
}

/**
 * One statement of `grant` or `revoke`.
 *
 * @param on `on table a, b`, with a line's end where the roles shall stand on the next
 */
export function grantSql(
  { action, option, roles }: GrantMove,
  privileges: string,
  on: string,
  owner: string | null,
): string {
  const names = roles.map((role) => roleSql(role, owner)).join(', ')
  const rest = `${on}${on.endsWith('\n') ? '' : ' '}`
  return action === 'grant'
    ? `grant ${privileges} ${rest}to ${names}${option ? ' with grant option' : ''}`
    : `revoke ${option ? 'grant option for ' : ''}${privileges} ${rest}from ${names}`
}

/** What another than the owner grants, PostgreSQL takes only from that role itself. */
function asGrantor(grantor: Role, owner: string | null, statement: Statement): Statement[] {
  if (grantor === 'owner' || grantor === 'me') return [statement]
  return [raw(`set role ${roleSql(grantor, owner)}`), statement, raw('reset role')]
}

function roleSql(role: Role, owner: string | null): string {
  switch (role) {
    case 'owner':
      return ownerSql(owner)
    case 'me':
      return ownerSql(null)
    case 'public':
      return 'public'
    default:
      return quoteIdentifier(role.slice('role:'.length))
  }
}

/** `select, update (a, b)`; `all` for all that there is. */
export function privilegesSql(privileges: readonly Privilege[], what: Grantable, maintain: boolean): string {
  const whole = privileges.filter(({ columns }) => columns.length === 0).map(({ privilege }) => privilege)
  const all = allPrivileges(what, maintain)
  const isAll = all.length > 1 && all.every((privilege) => whole.includes(privilege))
  const onColumns = privileges
    .filter(({ columns }) => columns.length > 0)
    .map(({ privilege, columns }) => `${privilege} (${columns.map(quoteIdentifier).join(', ')})`)
  return [...(isAll ? ['all'] : whole), ...onColumns].join(', ')
}

const WORDS: Readonly<Record<string, string>> = {
  view: 'table',
  'materialized view': 'table',
  'foreign table': 'table',
  aggregate: 'function',
  enum: 'type',
  'range type': 'type',
  'composite type': 'type',
  domain: 'type',
  'base type': 'type',
  server: 'foreign server',
}

/** How `grant` names an object: `table` and `users`. */
function grantTarget(
  object: CatalogObject,
  catalog: Catalog,
): { readonly words: string; readonly name: string } | null {
  if (object.kind === 'column') {
    const sequence = object.identityColumn
    if (sequence === null) return null
    const name = qualifiedName(sequence.sequenceSchema, sequence.sequenceName, catalog)
    return { words: 'sequence', name }
  }
  const words = WORDS[object.kind] ?? object.kind
  // An aggregate is granted as if it were a function: with plain arguments.
  if (object.kind === 'aggregate')
    return { words, name: `${routineName(object, catalog)}(${object.argumentTypes})` }
  const target = emitterOf(object).commentTarget(object, catalog)
  if (target === null) return null
  const said = target.startsWith(`${object.kind} `) ? object.kind : words
  return { words, name: target.slice(said.length + 1) }
}
