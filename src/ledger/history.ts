/** The commands that list revisions: `history`, `heads`, `show`, `branches`. */
import type { Project } from '../config/config.ts'
import { appliedWithoutFile, headsOfApplied } from '../graph/applied.ts'
import type { RevisionGraph } from '../graph/graph.ts'
import { newestFirst } from '../graph/order.ts'
import { every, heads as headsOf, isBranchPoint, revisionsOf } from '../graph/query.ts'
import { selectRange } from '../graph/range.ts'
import { resolveRevisions } from '../graph/resolve.ts'
import type { Revision } from '../graph/revision.ts'
import { parseRange, parseTarget, type Target } from '../graph/target.ts'
import { entriesOf, type HistoryEntry } from './entry.ts'
import { currentNeedsDatabase } from './errors.ts'
import type { LedgerRow } from './read.ts'
import { readGraph, readRowsIfAny, type ViewOptions } from './views.ts'

export interface Listing {
  readonly entries: readonly HistoryEntry[]
  /** The applied revisions that nothing applied follows; null when the database was not asked. */
  readonly current: readonly string[] | null
  /** Applied revisions that no file declares. */
  readonly unknown: readonly string[]
}

export interface HistoryOptions extends ViewOptions {
  /** As typed: `3f2a:`, `-3:current`. Default: everything. */
  readonly range?: string | undefined
}

/** Revisions newest first. */
export async function history(project: Project, options: HistoryOptions = {}): Promise<Listing> {
  const { range } = options
  const asksCurrent = range !== undefined && countsFromCurrent(parseRange(range))
  return list(project, options, asksCurrent ? range : undefined, (graph, applied) =>
    range === undefined
      ? newestFirst(graph, new Set(graph.revisions.keys()))
      : selectRange(graph, applied, range),
  )
}

/** Revisions that none follows. */
export async function heads(project: Project, options: ViewOptions = {}): Promise<Listing> {
  return list(project, options, undefined, headsOf)
}

export interface ShowOptions extends ViewOptions {
  /** Ids, starts of ids, `head`, `current`, … */
  readonly targets: readonly string[]
}

/** The revisions that targets name. */
export async function show(project: Project, options: ShowOptions): Promise<Listing> {
  const current = options.targets.find((target) => startsAtCurrent(parseTarget(target)))
  return list(project, options, current, (graph, applied) => {
    const found = options.targets.flatMap((target) => resolveRevisions(graph, applied, target))
    return [...new Set(found)]
  })
}

export interface Branch {
  readonly point: HistoryEntry
  readonly children: readonly HistoryEntry[]
}

/** Revisions that several others follow, with those. */
export async function branches(project: Project, options: ViewOptions = {}): Promise<Branch[]> {
  const graph = await readGraph(project)
  const rows = await readRowsIfAny(project, options)
  return every(graph, isBranchPoint).flatMap((revision) => {
    const children = revisionsOf(graph, graph.children.get(revision.revision) ?? [])
    const [point, ...others] = entriesOf(graph, [revision, ...children], rows)
    return point === undefined ? [] : [{ point, children: others }]
  })
}

/** @param current the text that can only be resolved with a database, if any */
async function list(
  project: Project,
  options: ViewOptions,
  current: string | undefined,
  select: (graph: RevisionGraph, applied: ReadonlySet<string>) => readonly Revision[],
): Promise<Listing> {
  const graph = await readGraph(project)
  const rows = await readRowsIfAny(project, options)
  if (rows === null && current !== undefined) throw currentNeedsDatabase(current)
  const applied = appliedIds(rows ?? [])
  return {
    entries: entriesOf(graph, select(graph, applied), rows),
    current: rows === null ? null : headsOfApplied(graph, applied).map(({ revision }) => revision),
    unknown: appliedWithoutFile(graph, applied),
  }
}

function appliedIds(rows: readonly LedgerRow[]): Set<string> {
  return new Set(rows.filter(({ status }) => status === 'applied').map(({ revision }) => revision))
}

function countsFromCurrent({ from, to }: { from: Target | null; to: Target | null }): boolean {
  if (from?.symbol === 'current' || to?.symbol === 'current') return true
  // A count starts at the other end, unless that is a count as well.
  return from?.symbol === null && to?.symbol === null
}

function startsAtCurrent({ symbol }: Target): boolean {
  return symbol === null || symbol === 'current'
}
