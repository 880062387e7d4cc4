/** From the grants that there are to those that shall be: what is revoked and what is granted, in an order that runs. */
import { type Grant, keyOfGrant, normalGrants, type Role } from '../catalog/privileges.ts'

/** One `grant` or `revoke`, on an object that the reader knows. */
export interface GrantMove {
  readonly action: 'grant' | 'revoke'
  /** With the option to grant it on; of a revocation: that option alone. */
  readonly option: boolean
  readonly grantor: Role
  readonly roles: readonly Role[]
  readonly privileges: readonly Privilege[]
}

export interface Privilege {
  readonly privilege: string
  /** Empty: on the whole. */
  readonly columns: readonly string[]
}

type Grants = Map<string, Grant>

/** The moves that lead from one list of grants to another; none where both say the same. */
export function grantMoves(from: readonly Grant[], to: readonly Grant[]): GrantMove[] {
  const [before, after] = [keyed(from), keyed(to)]
  const lost = lostGrants(before, after)
  const kept: Grants = new Map()
  for (const [key, grant] of before) {
    const loses = lost.get(key)
    if (loses === undefined) kept.set(key, grant)
    else if (loses === 'option') kept.set(key, { ...grant, grantable: false })
  }
  const revoked = [...lost]
    .filter(([key]) => !goesAlong(before.get(key), lost))
    .flatMap(([key, what]) => {
      const grant = before.get(key)
      return grant === undefined ? [] : [{ grant, option: what === 'option' }]
    })
  const granted = [...after]
    .filter(([key, grant]) => {
      const has = kept.get(key)
      return has === undefined || (grant.grantable && !has.grantable)
    })
    .map(([, grant]) => ({ grant, option: grant.grantable }))
  // What rests on a grant option goes before it, and comes after it.
  return [
    ...inWaves('revoke', revoked, depthsOf(before)).toReversed().flat(),
    ...inWaves('grant', granted, depthsOf(after)).flat(),
  ]
}

function keyed(grants: readonly Grant[]): Grants {
  return new Map(normalGrants(grants).map((grant) => [keyOfGrant(grant), grant]))
}

type Lost = Map<string, 'all' | 'option'>

/** What must be revoked, and what goes with it: PostgreSQL revokes on the columns too, and refuses to leave a grant without its ground. */
function lostGrants(before: Grants, after: Grants): Lost {
  const lost: Lost = new Map()
  const queue: string[] = []
  const lose = (key: string, what: 'all' | 'option'): void => {
    if (lost.get(key) === 'all' || lost.get(key) === what) return
    lost.set(key, what)
    queue.push(key)
  }
  for (const [key, grant] of before) {
    const wanted = after.get(key)
    if (wanted === undefined) lose(key, 'all')
    else if (grant.grantable && !wanted.grantable) lose(key, 'option')
  }
  for (let key = queue.pop(); key !== undefined; key = queue.pop()) {
    const grant = before.get(key)
    const what = lost.get(key)
    if (grant === undefined || what === undefined) continue
    for (const [otherKey, other] of before) {
      if (other.privilege !== grant.privilege) continue
      const onColumn =
        grant.column === null &&
        other.column !== null &&
        other.role === grant.role &&
        other.grantor === grant.grantor
      if (onColumn && (what === 'all' || other.grantable)) lose(otherKey, what)
      const restsOn = grant.grantable && other.grantor === grant.role && other.column === grant.column
      if (restsOn && !supported(other, before, lost)) lose(otherKey, 'all')
    }
  }
  return lost
}

/** Whether its grantor still holds the option from somebody. */
function supported(grant: Grant, before: Grants, lost: Lost): boolean {
  return [...before].some(
    ([key, other]) =>
      other.role === grant.grantor &&
      other.privilege === grant.privilege &&
      other.column === grant.column &&
      other.grantable &&
      !lost.has(key),
  )
}

/** Whether the revocation on the whole table takes this one along. */
function goesAlong(grant: Grant | undefined, lost: Lost): boolean {
  if (grant === undefined || grant.column === null) return false
  const ofTable = lost.get(keyOfGrant({ ...grant, column: null }))
  return ofTable === 'all' || (ofTable === 'option' && lost.get(keyOfGrant(grant)) === 'option')
}

/** How many grants stand between each and the owner. */
function depthsOf(grants: Grants): ReadonlyMap<string, number> {
  const depths = new Map<string, number>()
  let wave = [...grants].filter(([, grant]) => grant.grantor === 'owner')
  for (let depth = 0; wave.length > 0; depth++) {
    for (const [key] of wave) depths.set(key, depth)
    const holders = wave.map(([, grant]) => grant).filter(({ grantable }) => grantable)
    wave = [...grants].filter(
      ([key, grant]) =>
        !depths.has(key) &&
        holders.some(
          (holder) =>
            holder.role === grant.grantor &&
            holder.privilege === grant.privilege &&
            (holder.column === null || holder.column === grant.column),
        ),
    )
  }
  return depths
}

interface Item {
  readonly grant: Grant
  readonly option: boolean
}

/** The moves by depth, each wave in as few statements as say it. */
function inWaves(
  action: GrantMove['action'],
  items: readonly Item[],
  depths: ReadonlyMap<string, number>,
): GrantMove[][] {
  const waves: Item[][] = []
  for (const item of items) {
    const depth = depths.get(keyOfGrant(item.grant)) ?? 1
    for (let i = waves.length; i <= depth; i++) waves.push([])
    waves[depth]?.push(item)
  }
  return waves.map((wave) => grouped(action, wave))
}

/** Privileges of one role in one statement, and roles with the same privileges too; those on columns apart, which differ more. */
function grouped(action: GrantMove['action'], items: readonly Item[]): GrantMove[] {
  const byRole = new Map<string, Item[]>()
  for (const item of items) {
    const { role, grantor, column } = item.grant
    const key = JSON.stringify([role, grantor, item.option, column === null])
    byRole.set(key, [...(byRole.get(key) ?? []), item])
  }
  const moves = new Map<string, GrantMove>()
  for (const [first, ...rest] of byRole.values()) {
    if (first === undefined) continue
    const { option } = first
    const { grantor, role } = first.grant
    const privileges = privilegesOf([first, ...rest].map(({ grant }) => grant))
    const key = JSON.stringify([grantor, option, privileges])
    const same = moves.get(key)
    const roles = [...(same?.roles ?? []), role]
    moves.set(key, { action, option, grantor, roles, privileges })
  }
  const onWhole = ({ privileges }: GrantMove): boolean =>
    privileges.every(({ columns }) => columns.length === 0)
  const all = [...moves.values()]
  return [...all.filter(onWhole), ...all.filter((move) => !onWhole(move))]
}

function privilegesOf(grants: readonly Grant[]): Privilege[] {
  const columns = new Map<string, string[]>()
  const whole: Privilege[] = []
  for (const { privilege, column } of grants) {
    if (column === null) whole.push({ privilege, columns: [] })
    else columns.set(privilege, [...(columns.get(privilege) ?? []), column])
  }
  return [...whole, ...[...columns].map(([privilege, names]) => ({ privilege, columns: names }))]
}
