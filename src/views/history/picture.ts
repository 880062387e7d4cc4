/** The graph of revisions as it is drawn, whatever the format: boxes with words, and lines from what runs first to what runs after it. */
import type { HistoryEntry } from '../../ledger/entry.ts'
import type { Listing } from '../../ledger/history.ts'

/**
 * What a colour and a word say of a box. `unasked`: no database was; `unknown`: applied, and no file declares it; `elsewhere`: it is
 * not listed, but what follows it is.
 */
export type State = 'applied' | 'current' | 'pending' | 'unfinished' | 'unasked' | 'unknown' | 'elsewhere'

export interface RevisionBox {
  readonly revision: string
  readonly message: string
  readonly labels: readonly string[]
  readonly state: State
  /** `head, applied 2026-11-22, file changed since`: all that is to be known of it beside its message. */
  readonly words: readonly string[]
  /** The revisions that it stands for, oldest first, where it is more than one. */
  readonly folded: readonly string[]
}

export interface RevisionLine {
  /** What runs before. */
  readonly from: string
  readonly to: string
  readonly kind: 'follows' | 'needs'
}

export interface HistoryPicture {
  /** Oldest first. */
  readonly boxes: readonly RevisionBox[]
  readonly lines: readonly RevisionLine[]
}

/** @param dependencies what revisions depend on, by id: ids, where entries have labels and starts of ids */
export function pictureOf(
  { entries, current, unknown }: Pick<Listing, 'entries' | 'current' | 'unknown'>,
  dependencies: ReadonlyMap<string, readonly string[]>,
): HistoryPicture {
  const at = new Set(current)
  const oldestFirst = entries.toReversed()
  const boxes = oldestFirst.map((entry) => boxOf(entry, current === null ? null : at))
  const lines = oldestFirst.flatMap(({ revision, downRevision }): RevisionLine[] => [
    ...downRevision.map((from) => ({ from, to: revision, kind: 'follows' as const })),
    ...(dependencies.get(revision) ?? []).map((from) => ({ from, to: revision, kind: 'needs' as const })),
  ])
  const listed = new Set(boxes.map(({ revision }) => revision))
  const elsewhere = [...new Set(lines.map(({ from }) => from))].filter((revision) => !listed.has(revision))
  return {
    boxes: [
      ...elsewhere.map((revision) => plainBox(revision, 'elsewhere', 'not listed')),
      ...boxes,
      ...unknown.map((revision) => plainBox(revision, 'unknown', 'applied, but no file declares it')),
    ],
    lines,
  }
}

function plainBox(revision: string, state: State, word: string): RevisionBox {
  return { revision, message: '', labels: [], state, words: [word], folded: [] }
}

function boxOf(entry: HistoryEntry, current: ReadonlySet<string> | null): RevisionBox {
  const { revision, message, branchLabels: labels, isHead, isEffectiveHead, isMerge, isBase, applied } = entry
  const state = stateOf(entry, current)
  const words = [
    ...(isHead ? [isEffectiveHead ? 'effective head' : 'head'] : []),
    ...(isMerge ? ['merge'] : []),
    ...(isBase ? ['base'] : []),
    ...(state === 'current' ? ['current'] : []),
    ...(current === null ? [] : [stateWords(entry)]),
    ...(applied?.matches === false ? ['file changed since'] : []),
  ]
  return { revision, message, labels, state, words, folded: [] }
}

function stateOf({ revision, applied }: HistoryEntry, current: ReadonlySet<string> | null): State {
  if (current === null) return 'unasked'
  if (applied === null) return 'pending'
  if (applied.status !== 'applied') return 'unfinished'
  return current.has(revision) ? 'current' : 'applied'
}

/** A day alone, in UTC: the same wherever the picture is drawn. */
function stateWords({ applied }: HistoryEntry): string {
  if (applied === null) return 'pending'
  if (applied.status === 'applied') return `applied ${applied.at.slice(0, 10)}`
  return applied.status === 'running' ? 'began, and did not end' : 'failed half-way'
}

/** More boxes than these are folded: nobody reads a line of dozens. */
const MANY = 30
/** Of these, even the newest of a line, and short lines. */
const TOO_MANY = 200
/** What is left of a line at its newer end, and what is not worth a fold. */
const NEWEST = 4
const SHORT = 4

/**
 * Makes one box of those that follow each other in one line and of which nothing is to be told but their state, where there are
 * too many to be read. The newest of a line keep theirs, unless there are hundreds.
 */
export function foldLines(picture: HistoryPicture): HistoryPicture {
  const count = picture.boxes.length
  if (count <= MANY) return picture
  const before = new Map<string, RevisionLine[]>()
  const after = new Map<string, RevisionLine[]>()
  for (const line of picture.lines) {
    add(before, line.to, line)
    add(after, line.from, line)
  }
  const isPlain = ({ revision, labels, words, state }: RevisionBox): boolean => {
    const [one, two] = [before.get(revision) ?? [], after.get(revision) ?? []]
    const isInLine =
      one.length === 1 && two.length === 1 && one[0]?.kind === 'follows' && two[0]?.kind === 'follows'
    return isInLine && labels.length === 0 && words.length <= 1 && state !== 'unfinished'
  }
  const byId = new Map(picture.boxes.map((box) => [box.revision, box]))
  const into = new Map<string, string>()
  const folds = new Map<string, RevisionBox[]>()
  // Oldest first, so that a run is known when its next member comes.
  for (const box of picture.boxes) {
    if (!isPlain(box)) continue
    const parent = byId.get(before.get(box.revision)?.[0]?.from ?? '')
    const first = parent === undefined ? undefined : into.get(parent.revision)
    const start = first !== undefined && parent?.state === box.state ? first : box.revision
    into.set(box.revision, start)
    add(folds, start, box)
  }
  if (count <= TOO_MANY)
    for (const [start, run] of folds) {
      const [folded, shown] = [run.slice(0, -NEWEST), run.slice(-NEWEST)]
      for (const { revision } of folded.length < SHORT ? run : shown) into.delete(revision)
      folds.set(start, folded.length < SHORT ? [] : folded)
    }
  const nameOf = (revision: string): string => {
    const start = into.get(revision)
    return start !== undefined && (folds.get(start)?.length ?? 0) > 1 ? start : revision
  }
  return {
    boxes: picture.boxes.flatMap((box) => {
      const start = nameOf(box.revision)
      const members = folds.get(start) ?? []
      if (members.length < 2) return [box]
      return start === box.revision ? [foldedBox(box, members)] : []
    }),
    lines: picture.lines
      .map((line) => ({ ...line, from: nameOf(line.from), to: nameOf(line.to) }))
      .filter(({ from, to }) => from !== to),
  }
}

function add<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [item])
  else list.push(item)
}

function foldedBox(first: RevisionBox, members: readonly RevisionBox[]): RevisionBox {
  const days = members.flatMap(({ words }) => words)
  const [one, last] = [days[0], days.at(-1)]
  const words =
    one === undefined || last === undefined
      ? []
      : [one === last ? one : `${one} to ${last.replace(/^applied /, '')}`]
  const ids = members.map(({ revision }) => revision)
  return { ...first, message: `${ids[0]} to ${ids.at(-1)}`, words, folded: ids }
}

/** What stands in the first line of a box. */
export function titleOf({ revision, folded }: RevisionBox): string {
  return folded.length === 0 ? revision : `${folded.length} revisions`
}
