/** Two states of a schema in one diagram: what was added, removed and changed. */
import type { Identity } from '../../catalog/object.ts'
import type { Change, Sides } from '../../diff/change.ts'
import { changesSaid, type Said } from './changes.ts'
import type { Compared, Diagram, DrawnColumn, DrawnEnum, Entity, Link, Mark, Marked } from './diagram.ts'
import { diagramOf } from './model.ts'
import { byText, inOrder } from './order.ts'

/** The diagram of both sides, in which each thing is marked by what became of it. */
export function diagramOfBoth(
  sides: Sides,
  changes: readonly Change[],
  { from, to }: Pick<Compared, 'from' | 'to'>,
): Diagram {
  const [before, after] = [diagramOf(sides.live), diagramOf(sides.target)]
  const said = changesSaid(sides, changes, [before, after])
  const { defaultSchema } = after
  const boxes = inOrder(defaultSchema)
  return {
    defaultSchema,
    entities: merged(before.entities, after.entities, identityOf, (old, now) =>
      bothEntities(old, now, said),
    ).sort(boxes),
    enums: merged(before.enums, after.enums, identityOf, (old, now) => bothEnums(old, now, said)).sort(boxes),
    relations: merged(before.relations, after.relations, identityOf, (_, now) =>
      withWords(now, said.of(now.identity)),
    ).sort((a, b) => byText(a.identity, b.identity)),
    links: merged(before.links, after.links, lineOf, (_, now) => now).sort(
      (a, b) => byText(a.from, b.from) || byText(a.to, b.to),
    ),
    withoutColumns: false,
    compared: { from, to, elsewhere: changes.length === 0 ? ['Nothing differs.'] : said.elsewhere },
  }
}

function identityOf({ identity }: { readonly identity: Identity }): string {
  return identity
}

function lineOf({ kind, from, to }: Link): string {
  return `${kind} ${from} ${to}`
}

function nameOf({ name }: { readonly name: string }): string {
  return name
}

/** The items of now, each with what it was before; those that are gone stay behind the one that they stood behind. */
function merged<T extends Marked>(
  before: readonly T[],
  after: readonly T[],
  keyOf: (item: T) => string,
  both: (before: T, after: T) => T,
): T[] {
  const old = new Map(before.map((item) => [keyOf(item), item]))
  const result = after.map((item) => {
    const was = old.get(keyOf(item))
    return was === undefined ? withMark(item, 'added') : both(was, item)
  })
  const now = new Set(after.map(keyOf))
  before.forEach((item, i) => {
    if (now.has(keyOf(item))) return
    const previous = before[i - 1]
    const place = previous === undefined ? -1 : result.findIndex((each) => keyOf(each) === keyOf(previous))
    result.splice(place + 1, 0, withMark(item, 'removed'))
  })
  return result
}

function withMark<T extends Marked>(item: T, mark: Mark): T {
  return { ...item, mark }
}

function withWords<T extends Marked>(item: T, words: readonly string[]): T {
  return words.length === 0 ? item : { ...item, mark: 'changed', said: words }
}

function bothEntities(before: Entity, after: Entity, said: Said): Entity {
  const columns = merged(before.columns, after.columns, nameOf, (old, now) =>
    withWords(now, [...said.ofColumn(after.identity, now.name), ...typeOf(old, now, said, after)]),
  )
  const partitions =
    before.partitions === after.partitions ? [] : [`partitions ${before.partitions} → ${after.partitions}`]
  const words = [...said.of(after.identity), ...partitions]
  const isChanged = words.length > 0 || columns.some(({ mark }) => mark !== null)
  return isChanged ? { ...after, columns, mark: 'changed', said: words } : after
}

/** The columns of views are no objects, so that no change tells of one. */
function typeOf(before: DrawnColumn, after: DrawnColumn, said: Said, { identity, kind }: Entity): string[] {
  if (before.type === after.type || (kind !== 'view' && kind !== 'materialized view')) return []
  return said.ofColumn(identity, after.name).length > 0 ? [] : [`type ${before.type} → ${after.type}`]
}

function bothEnums(before: DrawnEnum, after: DrawnEnum, said: Said): DrawnEnum {
  const labels = merged(before.labels, after.labels, nameOf, (_, now) => now)
  const isChanged = said.of(after.identity).length > 0
  return isChanged ? { ...after, labels, mark: 'changed', said: [] } : after
}
