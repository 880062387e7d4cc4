/** The commands that list revisions: `history`, `heads`, `show`, `branches`. */
import type { Project } from '../config/config.ts'
import { requireUrl } from '../config/project.ts'
import { appliedWithoutFile } from '../graph/applied.ts'
import type { RevisionGraph } from '../graph/graph.ts'
import { shareAncestor } from '../graph/lineage.ts'
import { newestFirst } from '../graph/order.ts'
import { every, heads as headsOf, isBranchPoint, realHeads, revisionsOf } from '../graph/query.ts'
import { selectRange } from '../graph/range.ts'
import { resolveRevisions } from '../graph/resolve.ts'
import type { Revision } from '../graph/revision.ts'
import { isDated, parseSelection, type SelectionOptions } from '../graph/select.ts'
import { parseRange, parseTarget, requireTargets, startsAtCurrent, type Target } from '../graph/target.ts'
import { appliedIds, headsOfRows } from './applied.ts'
import { entriesOf, type HistoryEntry } from './entry.ts'
import { currentNeedsDatabase, indicateOffline } from './errors.ts'
import type { LedgerRow } from './read.ts'
import { readGraphAnd } from './state.ts'
import { type Inside, insideOf, readRowsIfAny, type ViewOptions } from './views.ts'

export interface Listing {
  readonly entries: readonly HistoryEntry[]
  /** The applied revisions that nothing applied follows; null when the database was not asked. */
  readonly current: readonly string[] | null
  /** Applied revisions that no file declares. */
  readonly unknown: readonly string[]
  /** Squashes of which only a part is applied. */
  readonly inside: readonly Inside[]
  /** Revisions that were selected by date although their create date cannot be read. */
  readonly undated: readonly string[]
}

export interface HistoryOptions extends ViewOptions, SelectionOptions {
  /** As typed: `3f2a:`, `-3:current`. Default: everything. */
  readonly range?: string | undefined
  /** Oldest first. What is selected stays the same. */
  readonly reverse?: boolean | undefined
  /** Insists on a database, which then says what is current. Without it, none is asked where no URL is configured. */
  readonly indicateCurrent?: boolean | undefined
}

/**
 * Revisions newest first.
 *
 * @param given the graph of the project's files, where they are read already
 * @throws GRAPH_BAD_DATE, GRAPH_BAD_LIMIT, CONFIG_NO_URL, LEDGER_OFFLINE, and whatever reading the files and the ledger throws
 */
export async function history(
  project: Project,
  options: HistoryOptions = {},
  given?: RevisionGraph,
): Promise<Listing> {
  const { range, reverse, indicateCurrent, offline, since, until } = options
  const selection = parseSelection(options)
  const asksCurrent = range !== undefined && countsFromCurrent(parseRange(range))
  if (indicateCurrent) {
    if (offline) throw indicateOffline()
    requireUrl(project)
  }
  let undated: readonly string[] = []
  const listing = await list(
    project,
    options,
    asksCurrent ? range : undefined,
    (graph, applied) => {
      const all =
        range === undefined
          ? newestFirst(graph, new Set(graph.revisions.keys()))
          : selectRange(graph, applied, range)
      const selected = selection(all)
      if (since !== undefined || until !== undefined) {
        undated = selected.filter((revision) => !isDated(revision)).map(({ revision }) => revision)
      }
      return reverse ? [...selected].reverse() : selected
    },
    given,
  )
  return { ...listing, undated }
}

export interface HeadsOptions extends ViewOptions {
  /** Leaves out those that another revision depends on. */
  readonly resolveDependencies?: boolean | undefined
}

export interface Heads extends Listing {
  /** Whether any two of them have an ancestor in common, so that a rebase can make them one. */
  readonly related: boolean
}

/** Revisions that none follows. */
export async function heads(project: Project, options: HeadsOptions = {}): Promise<Heads> {
  let related = false
  const listing = await list(project, options, undefined, (graph) => {
    const found = (options.resolveDependencies ? realHeads : headsOf)(graph)
    related = shareAncestor(graph, found)
    return found
  })
  return { ...listing, related }
}

export interface ShowOptions extends ViewOptions {
  /** Ids, starts of ids, `head`, `current`, … */
  readonly targets: readonly string[]
}

/** The revisions that targets name. */
export async function show(project: Project, options: ShowOptions): Promise<Listing> {
  requireTargets(options.targets)
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

export interface Branches {
  readonly branches: readonly Branch[]
  /** As in a `Listing`. */
  readonly current: readonly string[] | null
}

/** Revisions that several others follow, with those. */
export async function branches(project: Project, options: ViewOptions = {}): Promise<Branches> {
  const ask = (signal: AbortSignal | undefined) => readRowsIfAny(project, { ...options, signal })
  const [graph, rows] = await readGraphAnd(project, ask, options.signal, { asks: !options.offline })
  const branches = every(graph, isBranchPoint).flatMap((revision) => {
    const children = revisionsOf(graph, graph.children.get(revision.revision) ?? [])
    const [point, ...others] = entriesOf(graph, [revision, ...children], rows)
    return point === undefined ? [] : [{ point, children: others }]
  })
  return { branches, current: currentOf(rows) }
}

/** @param current the text that can only be resolved with a database, if any */
async function list(
  project: Project,
  options: ViewOptions,
  current: string | undefined,
  select: (graph: RevisionGraph, applied: ReadonlySet<string>) => readonly Revision[],
  given?: RevisionGraph,
): Promise<Listing> {
  const ask = (signal: AbortSignal | undefined) => readRowsIfAny(project, { ...options, signal })
  const [graph, rows] = await readGraphAnd(project, ask, options.signal, {
    graph: given,
    asks: !options.offline,
  })
  if (rows === null && current !== undefined) throw currentNeedsDatabase(current)
  const applied = appliedIds(rows ?? [])
  return {
    entries: entriesOf(graph, select(graph, applied), rows),
    current: currentOf(rows),
    unknown: appliedWithoutFile(graph, applied),
    inside: insideOf(graph, rows ?? []),
    undated: [],
  }
}

/** From the rows alone, as `current` has it: what follows an applied revision may have no file any more. */
function currentOf(rows: readonly LedgerRow[] | null): string[] | null {
  return rows === null ? null : headsOfRows(rows)
}

function countsFromCurrent({ from, to }: { from: Target | null; to: Target | null }): boolean {
  if (from?.symbol === 'current' || to?.symbol === 'current') return true
  // A count starts at the other end, unless that is a count as well.
  return from?.symbol === null && to?.symbol === null
}
