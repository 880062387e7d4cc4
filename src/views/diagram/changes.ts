/** What a difference says of each thing in a diagram, in few words. */
import type { CatalogObject } from '../../catalog/kinds.ts'
import { type Identity, nameOfIdentity, quotePart } from '../../catalog/object.ts'
import type { Change, Difference, Sides } from '../../diff/change.ts'
import { subjectOf } from '../../diff/compare.ts'
import type { Diagram } from './diagram.ts'
import { foldedIn } from './folding.ts'
import { shortType } from './types.ts'

export interface Said {
  /** Of a box or a line, beside its columns. */
  of(identity: Identity): readonly string[]
  ofColumn(table: Identity, column: string): readonly string[]
  /** Of what has no place in the picture. */
  readonly elsewhere: readonly string[]
}

/** @param diagrams of both sides */
export function changesSaid(sides: Sides, changes: readonly Change[], diagrams: readonly Diagram[]): Said {
  const boxes = new Set(
    diagrams.flatMap(({ entities, enums }) => [...entities, ...enums].map((box) => box.identity)),
  )
  const lines = new Set(diagrams.flatMap(({ relations }) => relations.map((line) => line.identity)))
  const folded = new Map([...foldedIn(sides.live), ...foldedIn(sides.target)])
  const words = new Map<Identity, string[]>()
  const say = (about: Identity, ...said: readonly string[]): void => {
    const known = words.get(about)
    if (known === undefined) words.set(about, [...said])
    else known.push(...said)
  }
  const partitions = new Map<Identity, Set<Identity>>()
  const elsewhere: string[] = []
  const wholes = new Set(changes.filter(isWhole).map((change) => subjectOf(change).identity))
  for (const change of changes) {
    const subject = subjectOf(change)
    const { identity, kind, parent } = subject
    const owner = parent ?? identity
    const root = folded.get(owner)
    // All that a table comes with comes and goes with it.
    const goesWithOwner = isWhole(change) && parent !== null && wholes.has(parent)
    if (root !== undefined) {
      // That a partition comes or goes is seen in their number.
      if (!wholes.has(owner)) partitions.set(root, (partitions.get(root) ?? new Set()).add(owner))
    } else if (lines.has(identity)) {
      if (!isWhole(change)) say(identity, ...lineWords(change))
      // The line tells the rest.
      if (boxes.has(owner) && !goesWithOwner) say(owner, `foreign key ${subject.name} ${DONE[change.action]}`)
    } else if (boxes.has(identity) || (kind === 'column' && boxes.has(owner))) {
      if (!isWhole(change)) say(identity, ...change.differences.map(differenceWords))
    } else if (!goesWithOwner) {
      if (boxes.has(owner)) say(owner, partWords(change, subject.name))
      else elsewhere.push(partWords(change, nameOfIdentity(identity)))
    }
  }
  for (const [root, changed] of partitions)
    say(root, changed.size === 1 ? 'a partition changed' : `${changed.size} partitions changed`)
  return {
    of: (identity) => words.get(identity) ?? [],
    ofColumn: (table, column) => words.get(`column:${nameOfIdentity(table)}.${quotePart(column)}`) ?? [],
    elsewhere,
  }
}

function isWhole(change: Change): change is Extract<Change, { action: 'create' | 'drop' }> {
  return change.action === 'create' || change.action === 'drop'
}

/** What of a foreign key is another now; of what no picture shows, that it is another. */
function lineWords({
  before,
  after,
  differences,
}: Extract<Change, { action: 'alter' | 'replace' }>): string[] {
  const [was, now] = [foreignKeyWords(before), foreignKeyWords(after)]
  const words = Object.keys(now).flatMap((part) => {
    const [from = '', to = ''] = [was[part], now[part]]
    return from === to ? [] : [`${part} ${from} → ${to}`.trimStart()]
  })
  const others = differences.filter(({ aspect }) => aspect !== 'definition' || words.length === 0)
  return [...words, ...others.map(differenceWords)]
}

function foreignKeyWords(object: CatalogObject): Readonly<Record<string, string>> {
  if (object.kind !== 'constraint' || object.references === null) return {}
  const { columns, references } = object
  return {
    '': `(${columns.join(', ')})`,
    references: `${references.schema}.${references.table} (${references.columns.join(', ')})`,
    match: references.matchFull ? 'full' : 'simple',
    'on update': references.onUpdate,
    'on delete': references.onDelete,
  }
}

const LONGEST = 40

function differenceWords({ aspect, from, to }: Difference): string {
  if (aspect === 'not null') return to === 'true' ? 'not null' : 'may be null now'
  const [before, after] = aspect === 'type' ? [shortType(from), shortType(to)] : [from, to]
  const isShort = before.length <= LONGEST && after.length <= LONGEST && !/\n/.test(before + after)
  return isShort ? `${aspect} ${before} → ${after}` : `${aspect} changed`
}

const DONE = { create: 'added', drop: 'removed', alter: 'changed', replace: 'changed' } as const

function partWords(change: Change, name: string): string {
  return `${subjectOf(change).kind} ${name} ${DONE[change.action]}`
}
