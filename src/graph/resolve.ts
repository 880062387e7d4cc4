/** Finds out which revisions a target means. */

import { nearest } from '../nearest.ts'
import { headsOfApplied } from './applied.ts'
import {
  ambiguousCurrent,
  ambiguousPrefix,
  multipleHeads,
  notInBranch,
  oneRevisionNeeded,
  relativeOutOfRange,
  unknownLabel,
  unknownRevision,
  walkedTooFar,
} from './errors.ts'
import { partOfSquash } from './errors-squash.ts'
import type { RevisionGraph } from './graph.ts'
import { lineOf } from './lineage.ts'
import { heads, realHeads, revisionsOf } from './query.ts'
import type { Revision } from './revision.ts'
import { parseTarget, RESERVED, type Target } from './target.ts'
import { type Walk, walk } from './walk.ts'

export interface Branch {
  /** As written before the `@`. */
  readonly name: string
  readonly revision: Revision
  /** All above and below it by down revisions. */
  readonly line: ReadonlySet<string>
}

export interface Resolution {
  /** Whether the target is the empty database; `revisions` is empty then. It is also empty for `current` of an empty database. */
  readonly base: boolean
  readonly revisions: readonly Revision[]
  readonly branch: Branch | null
  /** For a target with an offset: where the steps started, then each revision on the way, without the one arrived at. */
  readonly passed: readonly Revision[]
}

/**
 * @param applied what `current`, `+N` and `-N` start from
 * @param takes how many revisions the command can take, for what a message suggests
 * @throws DbmigError when a name is unknown or ambiguous, or a walk leaves the graph or comes to a fork
 */
export function resolveTarget(
  graph: RevisionGraph,
  applied: ReadonlySet<string>,
  target: Target,
  takes: 'one' | 'several' = 'several',
): Resolution {
  const branch = target.branch === null ? null : findBranch(graph, target.branch)
  if (target.offset === null) return resolveSymbol(graph, applied, target, branch, takes)
  const { text, symbol, offset } = target
  if (offset === 0) throw relativeOutOfRange(text, 0, 0, '')
  const start =
    symbol === null ? startOfApplied(graph, applied, target, branch) : startOf(graph, target, branch)
  // Alembic's rule: the branch chooses among children, but a merge is ambiguous on the way down all the same.
  const walked = walk(graph, text, start, offset, offset > 0 ? branch?.line : undefined)
  if (walked.taken < Math.abs(offset)) throw tooShort(target, start, walked)
  return {
    base: walked.end === null,
    revisions: walked.end ? [walked.end] : [],
    branch,
    passed: walked.passed,
  }
}

/**
 * As `resolveTarget`, for where a database is or shall be: that cannot be what was squashed. Elsewhere such an id means the squash.
 *
 * @throws DbmigError GRAPH_PART_OF_SQUASH, and as `resolveTarget`
 */
export function resolvePlace(
  graph: RevisionGraph,
  applied: ReadonlySet<string>,
  target: Target,
  takes?: 'one' | 'several',
): Resolution {
  const resolution = resolveTarget(graph, applied, target, takes)
  const ids = squashedIn(graph, target.symbol)
  const squash = graph.replaced.get(ids[0] ?? '')
  if (squash) throw partOfSquash(ids, squash, revisionsOf(graph, graph.parents.get(squash.revision) ?? []))
  return resolution
}

/** The squashed ids that a word means, where it means no revision that is there. */
function squashedIn(graph: RevisionGraph, word: string | null): string[] {
  if (word === null || graph.replaced.size === 0 || RESERVED.has(word) || graph.labels.has(word)) return []
  if (graph.replaced.has(word)) return [word]
  const startsSo = (id: string): boolean => id.startsWith(word)
  return [...graph.revisions.keys()].some(startsSo) ? [] : [...graph.replaced.keys()].filter(startsSo)
}

function tooShort({ text, symbol, offset }: Target, start: Revision | null, { taken }: Walk): Error {
  const from = start?.revision ?? 'base'
  if (symbol === null) return relativeOutOfRange(text, Math.abs(offset ?? 0), taken, from)
  return walkedTooFar(text, from, taken, (offset ?? 0) > 0 ? 'the head' : 'the base')
}

function resolveSymbol(
  graph: RevisionGraph,
  applied: ReadonlySet<string>,
  target: Target,
  branch: Branch | null,
  takes: 'one' | 'several',
): Resolution {
  const found = (revisions: readonly Revision[]): Resolution => ({
    base: false,
    revisions,
    branch,
    passed: [],
  })
  const inBranch = (revisions: readonly Revision[]): readonly Revision[] =>
    branch ? revisions.filter(({ revision }) => branch.line.has(revision)) : revisions
  switch (target.symbol) {
    case 'base':
      return { ...found([]), base: true }
    case 'current':
      return found(inBranch(headsOfApplied(graph, applied)))
    case 'heads':
      return found(branch ? inBranch(heads(graph)) : realHeads(graph))
    case 'head': {
      const all = inBranch(heads(graph))
      const everything = branch ? `${branch.name}@heads` : 'heads'
      if (all.length > 1) throw multipleHeads(target.text, all, takes === 'several' ? everything : undefined)
      return found(all)
    }
    default: {
      const revision = findRevision(graph, target.symbol ?? '')
      if (branch && !branch.line.has(revision.revision)) throw notInBranch(revision, branch.name)
      return found([revision])
    }
  }
}

/** Where `symbol+N` starts; null for the base. */
function startOf(graph: RevisionGraph, target: Target, branch: Branch | null): Revision | null {
  const { base, revisions } = resolveSymbol(graph, new Set(), target, branch, 'one')
  const [first, ...more] = revisions
  if (more.length > 0) throw multipleHeads(target.text, revisions)
  if (!first && !base) throw oneRevisionNeeded(target.text, 0)
  return first ?? null
}

/** Where `+N` and `-N` start: the one applied head, or the highest applied revision of the branch; null for the base. */
function startOfApplied(
  graph: RevisionGraph,
  applied: ReadonlySet<string>,
  target: Target,
  branch: Branch | null,
): Revision | null {
  const tips = headsOfApplied(graph, applied)
  const step = `${(target.offset ?? 0) > 0 ? '+' : ''}${target.offset}`
  if (!branch) {
    if (tips.length > 1) throw ambiguousCurrent(target.text, step, tips)
    return tips[0] ?? null
  }
  let starts = tips.filter(({ revision }) => branch.line.has(revision))
  if (starts.length === 0) {
    const below = new Set([...applied].filter((id) => branch.line.has(id)))
    starts = headsOfApplied(graph, below)
  }
  if (starts.length > 1) throw ambiguousCurrent(target.text, step, starts)
  return starts[0] ?? null
}

/**
 * @param word an id, a branch label, or the start of one id
 * @throws DbmigError when it is none of these, or the start of several ids
 */
export function findRevision(graph: RevisionGraph, word: string): Revision {
  const found = lookUp(graph, word)
  if (!found) {
    // As git would say it.
    const [, start, steps] = /^(.+)[~^](\d*)$/.exec(word) ?? []
    const near = start === undefined ? nearestName(graph, word, RESERVED) : `${start}-${steps || '1'}`
    throw unknownRevision(word, near)
  }
  return found
}

function findBranch(graph: RevisionGraph, name: string): Branch {
  const revision = lookUp(graph, name)
  if (!revision) throw unknownLabel(name, nearestName(graph, name))
  return { name, revision, line: lineOf(graph, revision.revision) }
}

/** A label must be written whole: it can be chosen short, and its start must not hide the start of an id. */
function lookUp(graph: RevisionGraph, word: string): Revision | undefined {
  const exact = graph.revisions.get(word) ?? graph.replaced.get(word) ?? graph.labels.get(word)
  if (exact) return exact
  const matches = new Set<Revision>()
  // What was squashed is named in tickets and scripts still.
  for (const names of [graph.revisions, graph.replaced]) {
    for (const [id, revision] of names) if (id.startsWith(word)) matches.add(revision)
  }
  if (matches.size > 1) throw ambiguousPrefix(word, [...matches])
  const [match] = matches
  return match
}

function nearestName(
  graph: RevisionGraph,
  word: string,
  reserved: Iterable<string> = [],
): string | undefined {
  const names = [...graph.labels.keys(), ...graph.revisions.keys(), ...reserved]
  // A label that was begun is a better guess than one with as many letters in another order.
  return names.find((name) => name.startsWith(word)) ?? nearest(word, names)
}

/**
 * The revisions that a target names, for commands that take any number: `show`, `edit`, `merge`.
 *
 * @throws DbmigError as `resolveTarget`
 */
export function resolveRevisions(
  graph: RevisionGraph,
  applied: ReadonlySet<string>,
  text: string,
): readonly Revision[] {
  return resolveTarget(graph, applied, parseTarget(text)).revisions
}

/**
 * The revision that a target names, for commands that take exactly one.
 *
 * @throws DbmigError as `resolveTarget`, and when the target names none or several
 */
export function resolveRevision(graph: RevisionGraph, applied: ReadonlySet<string>, text: string): Revision {
  const [first, ...more] = resolveTarget(graph, applied, parseTarget(text), 'one').revisions
  if (!first || more.length > 0) throw oneRevisionNeeded(text, first ? more.length + 1 : 0)
  return first
}
