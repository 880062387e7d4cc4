/** What the set of applied revisions says: heads, gaps, and revisions whose file is gone. */

import { nearest } from '../nearest.ts'
import { appliedFilesGone, duplicateRows, overlappingRows, unknownRows } from './errors.ts'
import { insideSquash, type PartOfSquash } from './errors-squash.ts'
import type { RevisionGraph } from './graph.ts'
import { withAncestors } from './lineage.ts'
import { oldestFirst } from './order.ts'
import { every } from './query.ts'
import type { Revision } from './revision.ts'

/** What the ledger stores of an applied revision. Dependencies are ids. */
export interface AppliedRow {
  readonly revision: string
  readonly downRevisions: readonly string[]
  readonly dependsOn: readonly string[]
}

/**
 * The heads of a database from its ledger alone, without any file: the revisions that no other row follows or depends on.
 *
 * @returns ids in the order of the rows
 */
export function appliedHeads(rows: readonly AppliedRow[]): string[] {
  const below = new Set<string>()
  for (const { downRevisions, dependsOn } of rows) {
    for (const id of downRevisions) below.add(id)
    for (const id of dependsOn) below.add(id)
  }
  return rows.map((row) => row.revision).filter((id) => !below.has(id))
}

/** The same by the files of today: applied revisions with nothing applied above them, in the order of loading. */
export function headsOfApplied(graph: RevisionGraph, applied: ReadonlySet<string>): Revision[] {
  const below = new Set<string>()
  const addBelow = (id: string) => {
    for (const edges of [graph.parents, graph.dependencies]) {
      for (const each of edges.get(id) ?? []) below.add(each)
    }
  }
  for (const id of applied) addBelow(id)
  // The set yields what is added to it meanwhile. What is below an applied one is there already.
  for (const id of below) if (!applied.has(id)) addBelow(id)
  return every(graph, (_, id) => applied.has(id) && !below.has(id))
}

/** Applied revisions that no file declares, and that were not squashed into one either. */
export function appliedWithoutFile(graph: RevisionGraph, applied: Iterable<string>): string[] {
  return [...applied].filter((id) => !graph.revisions.has(id) && !graph.replaced.has(id))
}

/**
 * The squashes that a database is inside of: it has applied some of what they replace, and not the last, whose id they keep.
 * One that has applied the last has applied the whole, whatever the rows of the others say.
 *
 * @param unfinished what began outside a transaction and did not end: what is replaced must not be there half-way either
 */
export function partsOfSquashes(
  graph: RevisionGraph,
  applied: ReadonlySet<string>,
  unfinished: Iterable<string> = [],
): PartOfSquash[] {
  const met = new Set<Revision>()
  for (const id of graph.replaced.size === 0 ? [] : [...applied, ...unfinished]) {
    const squash = graph.replaced.get(id)
    if (squash && !applied.has(squash.revision)) met.add(squash)
  }
  return [...met].map((squash) => {
    const all = [...squash.replaces, squash.revision]
    return {
      squash,
      applied: all.filter((id) => applied.has(id)),
      missing: all.filter((id) => !applied.has(id)),
    }
  })
}

/** @throws DbmigError GRAPH_INSIDE_SQUASH */
export function requireWhole(
  graph: RevisionGraph,
  applied: ReadonlySet<string>,
  unfinished: Iterable<string> = [],
): void {
  const [part] = partsOfSquashes(graph, applied, unfinished)
  if (part) throw insideSquash(part)
}

/** @throws DbmigError when a revision is applied that no file declares, or only a part of what was squashed */
export function requireFiles(graph: RevisionGraph, applied: ReadonlySet<string>): void {
  requireWhole(graph, applied)
  const gone = appliedWithoutFile(graph, applied)
  const first = gone[0]
  if (first !== undefined) throw appliedFilesGone(gone, nearest(first, graph.revisions.keys()))
}

/**
 * Revisions that never ran although one above them is applied, because they were spliced in later or a parent was edited.
 *
 * @returns in the order in which an upgrade would run them
 */
export function missingBelowApplied(graph: RevisionGraph, applied: ReadonlySet<string>): Revision[] {
  const gaps = new Set<string>()
  for (const edges of [graph.parents, graph.dependencies]) {
    for (const [id, below] of edges) {
      if (applied.has(id)) for (const each of below) if (!applied.has(each)) gaps.add(each)
    }
  }
  if (gaps.size === 0) return []
  const missing = withAncestors(graph, gaps)
  for (const id of applied) missing.delete(id)
  return oldestFirst(graph, missing)
}

/**
 * The applied set that a table of heads, such as Alembic's, stands for: each of its rows implies all that is below it.
 *
 * @throws DbmigError for a row that is unknown, there twice, or below another
 */
export function expandHeads(graph: RevisionGraph, rows: readonly string[]): Set<string> {
  const unknown = rows.filter((id) => !graph.revisions.has(id))
  const first = unknown[0]
  if (first !== undefined) throw unknownRows(unknown, nearest(first, graph.revisions.keys()))
  const twice = rows.find((row, index) => rows.indexOf(row) !== index)
  if (twice !== undefined) throw duplicateRows(twice)
  const applied = withAncestors(graph, rows)
  const tips = headsOfApplied(graph, applied).map(({ revision }) => revision)
  const lower = rows.find((row) => !tips.includes(row))
  if (lower !== undefined) {
    throw overlappingRows(lower, tips.find((tip) => withAncestors(graph, [tip]).has(lower)) ?? '')
  }
  return applied
}
