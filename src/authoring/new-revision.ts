/** Where a new revision goes: its id, its parents, its header and its file. */
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { RevisionHeader } from '../emit/revision.ts'
import { oneRevisionNeeded } from '../graph/errors.ts'
import { buildGraph, type RevisionGraph } from '../graph/graph.ts'
import { revisionsOf } from '../graph/query.ts'
import { resolveRevision, resolveTarget } from '../graph/resolve.ts'
import type { Revision } from '../graph/revision.ts'
import { parseTarget } from '../graph/target.ts'
import {
  idTaken,
  illegalId,
  illegalLabel,
  labelTaken,
  notHead,
  reservedWord,
  severalHeads,
} from './errors.ts'
import { emptyMessage, nameTwice, parentMoved } from './errors-place.ts'
import { type NameSettings, revisionFileName } from './file-name.ts'
import { type FolderSettings, folderFor, requireReadable } from './revision-folder.ts'
import { newRevisionId } from './revision-id.ts'
import { slugOf } from './slug.ts'

/** What a new revision is told to be, wherever it goes. */
export interface RevisionDetails {
  readonly message: string
  readonly revId?: string | undefined
  readonly branchLabel?: string | undefined
  /** Targets, each of one revision, whose id is written; branch labels stay labels. */
  readonly dependsOn?: readonly string[] | undefined
  /** The folder to write to: one that is configured, or with `recursive` one inside of such. Default: beside the parent. */
  readonly migrationsPath?: string | undefined
}

export interface NewRevisionOptions extends RevisionDetails {
  /** The revision to follow, as a target; `base` begins a line of its own. Default: `head`. */
  readonly head?: string | undefined
  /** Allows a parent that another revision follows already. */
  readonly splice?: boolean | undefined
}

export interface NewRevision {
  readonly header: RevisionHeader
  /** Absolute path of the file to write. */
  readonly path: string
}

export type PlaceSettings = FolderSettings & NameSettings

/**
 * Decides the id and the file of a new revision, as Alembic does. Writes nothing.
 *
 * @param parents those that it follows
 * @param applied what targets that count from the database start from
 * @param createdAt now, unless told
 * @throws DbmigError for a message without a word, an id or label that is illegal or taken, a dependency that does not exist, a
 *   folder that is not the project's, and for a graph that it would break
 */
export function newRevision(
  project: PlaceSettings,
  graph: RevisionGraph,
  parents: readonly Revision[],
  details: RevisionDetails,
  applied: ReadonlySet<string> = new Set(),
  createdAt = new Date(),
): NewRevision {
  const message = details.message.trim()
  if (slugOf(message, project.slugLength) === '') throw emptyMessage(message)
  const revision = details.revId === undefined ? freeId(graph) : checkedId(graph, details.revId)
  const header: RevisionHeader = {
    revision,
    downRevisions: parents.map((parent) => parent.revision),
    branchLabels: details.branchLabel === undefined ? [] : [checkedLabel(graph, details.branchLabel)],
    dependsOn: (details.dependsOn ?? []).map((name) => dependencyOf(graph, applied, name)),
    replaces: [],
    message,
    createDate: `${createdAt.toISOString().slice(0, 19)}Z`,
  }
  const folder = folderFor(project, parents, details.migrationsPath)
  const path = join(folder, revisionFileName(project, revision, message, createdAt))
  requireReadable(project, path)
  // What is left to be wrong is wrong with the graph as a whole.
  buildGraph([...graph.revisions.values(), { ...header, path }])
  return { header, path }
}

/**
 * Decides the ids and files of several new revisions that follow each other. What `details` names the branch and what it
 * depends on is the first one's; the id is the last one's, which stands for all.
 *
 * @param titles what each is about, beside the others
 * @throws DbmigError as `newRevision`; AUTHORING_NAME_TWICE when the project's file names do not tell them apart
 */
export function newRevisions(
  project: PlaceSettings,
  graph: RevisionGraph,
  parents: readonly Revision[],
  details: RevisionDetails,
  applied: ReadonlySet<string>,
  titles: readonly string[],
): NewRevision[] {
  const { revId, branchLabel, dependsOn, ...shared } = details
  const started = Date.now()
  // In order, so that of names that differ in the id alone each stands after the one that it follows.
  const ids = titles.map(() => freeId(graph)).sort()
  const line: NewRevision[] = []
  let [known, below] = [graph, parents]
  for (const [i, title] of titles.entries()) {
    const own: RevisionDetails = {
      ...shared,
      message: `${details.message.trim()} (${i + 1} of ${titles.length}: ${title})`,
      ...(i === 0 ? { branchLabel, dependsOn } : {}),
      revId: i === titles.length - 1 ? (revId ?? ids[i]) : ids[i],
    }
    // A second later each, so that names with the time in them stand in order.
    const made = newRevision(project, known, below, own, applied, new Date(started + i * 1000))
    if (line.some(({ path }) => path === made.path)) throw nameTwice(made.path)
    line.push(made)
    below = [{ ...made.header, path: made.path }]
    known = buildGraph([...known.revisions.values(), ...below])
  }
  return line
}

/**
 * The revision that a new one follows: none for `base` and in an empty project.
 *
 * @param applied what `current`, `+N` and `-N` start from
 * @throws DbmigError when the target names several or none, and for one that is no head, unless spliced
 */
export function parentFor(
  graph: RevisionGraph,
  applied: ReadonlySet<string>,
  { head = 'head', splice }: Pick<NewRevisionOptions, 'head' | 'splice'>,
): readonly Revision[] {
  const { base, revisions } = resolveTarget(graph, applied, targetOrHeads(graph, head))
  if (revisions.length > 1) throw severalHeads(head, revisions)
  if (revisions.length === 0 && !base && graph.revisions.size > 0) throw oneRevisionNeeded(head, 0)
  if (!splice) requireHeads(graph, revisions)
  return revisions
}

/**
 * What a target means can change until the file is written: another process may have written a revision that follows the same one.
 *
 * @throws AUTHORING_PARENT_MOVED when the parents are others now
 */
export function requireSameParents(before: readonly Revision[], now: readonly Revision[]): void {
  const ids = (parents: readonly Revision[]) => parents.map(({ revision }) => revision)
  if (!isDeepStrictEqual(ids(before), ids(now))) throw parentMoved(ids(before), ids(now))
}

/** @throws AUTHORING_NOT_HEAD for one that another revision follows */
export function requireHeads(graph: RevisionGraph, parents: readonly Revision[]): void {
  for (const parent of parents) {
    const children = graph.children.get(parent.revision)
    if (children !== undefined) throw notHead(parent, revisionsOf(graph, children))
  }
}

/** `head` among several heads is refused here rather than in the graph, whose message advises a target for `upgrade`. */
function targetOrHeads(graph: RevisionGraph, head: string) {
  const target = parseTarget(head)
  if (target.symbol !== 'head' || target.offset !== null) return target
  const all = { ...target, symbol: 'heads' }
  const { revisions } = resolveTarget(graph, new Set(), all)
  return revisions.length > 1 ? all : target
}

function freeId(graph: RevisionGraph): string {
  for (;;) {
    const id = newRevisionId()
    if (!graph.revisions.has(id) && !graph.labels.has(id)) return id
  }
}

const RESERVED = /^(?:heads?|base|current)$/

function checkedId(graph: RevisionGraph, id: string): string {
  if (RESERVED.test(id)) throw reservedWord(id)
  // Stricter than the graph: the id is part of a file name, and a name must not begin with a dot or an underscore.
  if (!/^[a-z0-9][a-z0-9_.]*$/i.test(id)) throw illegalId(id)
  const owner = graph.revisions.get(id) ?? graph.replaced.get(id) ?? graph.labels.get(id)
  if (owner !== undefined) throw idTaken(id, owner)
  return id
}

function checkedLabel(graph: RevisionGraph, label: string): string {
  if (RESERVED.test(label)) throw reservedWord(label)
  if (label === '' || /[@:+,\-\s]/.test(label)) throw illegalLabel(label)
  const owner = graph.labels.get(label) ?? graph.revisions.get(label)
  if (owner !== undefined) throw labelTaken(label, owner)
  return label
}

/** A label stays a label: it may come to stand for another revision. */
function dependencyOf(graph: RevisionGraph, applied: ReadonlySet<string>, name: string): string {
  return graph.labels.has(name) ? name : resolveRevision(graph, applied, name).revision
}
