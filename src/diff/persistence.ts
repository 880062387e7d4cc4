/** Tables that become unlogged or logged: a table that survives a crash never refers to one that does not, at no time in between. */
import { objectsOf } from '../catalog/catalog.ts'
import type { Constraint } from '../catalog/constraint.ts'
import { type Identity, identityOf } from '../catalog/object.ts'
import type { Alter, Change, Sides } from './change.ts'
import { subjectOf } from './compare.ts'
import type { Draft } from './draft.ts'

/** The aspect of a table that says which it is. */
export const PERSISTENCE = 'unlogged'

/** What must come before an action because of tables that change so: `alter table:public.a` → `drop constraint:…`, `alter table:…`. */
export function persistenceEdges(
  drafts: readonly Draft[],
  { live, target }: Sides,
): ReadonlyMap<string, readonly string[]> {
  const moves = drafts.filter(isMove)
  if (moves.length === 0) return new Map()
  const moved = new Set(moves.map(({ object }) => object.identity))
  const dropped = new Set(
    drafts.flatMap(({ action, object, parts }) =>
      action === 'drop' ? [object, ...parts].map(({ identity }) => identity) : [],
    ),
  )
  const before = foreignKeysBetween(objectsOf(live, 'constraint'))
  const edges = new Map<string, string[]>()
  for (const draft of moves) {
    const { object } = draft
    const becomesUnlogged = object.kind === 'table' && object.unlogged
    edges.set(
      `alter ${object.identity}`,
      before
        .filter(({ from, to }) => (becomesUnlogged ? to : from) === object.identity)
        .map(({ key, from, to }) =>
          dropped.has(key.identity) ? `drop ${key.identity}` : `alter ${becomesUnlogged ? from : to}`,
        ),
    )
  }
  for (const { key, from, to } of foreignKeysBetween(objectsOf(target, 'constraint')))
    if (moved.has(from) || moved.has(to))
      edges.set(`create ${key.identity}`, [`alter ${from}`, `alter ${to}`])
  return edges
}

/**
 * Adds the replacement of foreign keys that close a circle of tables that all become unlogged, or all logged: whichever
 * went first would refer to one that does not survive a crash.
 */
export function withCirclesOpened(changes: readonly Change[], { live, target }: Sides): Change[] {
  const moved = new Set(changes.filter(movesTable).map(({ after }) => after.identity))
  if (moved.size === 0) return [...changes]
  const own = new Map(changes.map((change) => [subjectOf(change).identity, change]))
  const open: ForeignKeyBetween[] = []
  for (const one of foreignKeysBetween(objectsOf(live, 'constraint'))) {
    const { key, from, to } = one
    const after = target.objects.get(key.identity)
    const change = own.get(key.identity)
    if (after === undefined || !moved.has(from) || !moved.has(to)) continue
    if (change !== undefined && change.action !== 'alter') continue
    if (reaches(to, from, open))
      own.set(key.identity, { action: 'replace', before: key, after, differences: change?.differences ?? [] })
    else open.push(one)
  }
  return [...own.values()]
}

function reaches(from: Identity, to: Identity, keys: readonly ForeignKeyBetween[]): boolean {
  const seen = new Set([from])
  const queue = [from]
  for (let table = queue.pop(); table !== undefined; table = queue.pop()) {
    if (table === to) return true
    for (const key of keys) {
      if (key.from !== table || seen.has(key.to)) continue
      seen.add(key.to)
      queue.push(key.to)
    }
  }
  return false
}

function movesTable(change: Change): change is Alter {
  return change.action === 'alter' && change.differences.some(({ aspect }) => aspect === PERSISTENCE)
}

function isMove({ change, followUp, action }: Draft): boolean {
  return action === 'alter' && followUp === null && movesTable(change)
}

interface ForeignKeyBetween {
  readonly key: Constraint
  readonly from: Identity
  readonly to: Identity
}

function foreignKeysBetween(constraints: readonly Constraint[]): ForeignKeyBetween[] {
  return constraints.flatMap((key) => {
    if (key.references === null) return []
    const to = identityOf('table', key.references.schema, key.references.table)
    return to === key.parent ? [] : [{ key, from: key.parent, to }]
  })
}
