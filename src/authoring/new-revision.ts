/** Where a new revision goes: its id, its parents, its header and its file. */
import { dirname, join } from 'node:path'
import type { Project } from '../config/config.ts'
import type { RevisionHeader } from '../emit/revision.ts'
import { buildGraph, type RevisionGraph } from '../graph/graph.ts'
import { isHead, revisionsOf } from '../graph/query.ts'
import { findRevision, resolveTarget } from '../graph/resolve.ts'
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
import { type NameSettings, revisionFileName } from './file-name.ts'
import { newRevisionId } from './revision-id.ts'

export interface NewRevisionOptions {
  readonly message: string
  /** The revision to follow, as a target; `base` begins a line of its own. Default: `head`. */
  readonly head?: string | undefined
  readonly revId?: string | undefined
  readonly branchLabel?: string | undefined
  /** Ids, starts of ids, or branch labels; labels stay labels. */
  readonly dependsOn?: readonly string[] | undefined
  /** Allows a parent that another revision follows already. */
  readonly splice?: boolean | undefined
}

export interface NewRevision {
  readonly header: RevisionHeader
  /** Absolute path of the file to write. */
  readonly path: string
}

/**
 * Decides the parent, the id and the file of a new revision, as Alembic does. Writes nothing.
 *
 * @param revisions those that the graph was built from
 * @throws DbmigError when there are several heads and none is named, for a parent that is no head (unless spliced), and for an
 *   id or label that is illegal or taken
 */
export function newRevision(
  project: Pick<Project, 'migrations'> & NameSettings,
  graph: RevisionGraph,
  revisions: readonly Revision[],
  options: NewRevisionOptions,
): NewRevision {
  const parents = parentsOf(graph, options)
  const revision = options.revId === undefined ? freeId(graph) : checkedId(graph, options.revId)
  const createdAt = new Date()
  const message = options.message.trim()
  const header: RevisionHeader = {
    revision,
    downRevisions: parents.map((parent) => parent.revision),
    branchLabels: options.branchLabel === undefined ? [] : [checkedLabel(graph, options.branchLabel)],
    dependsOn: (options.dependsOn ?? []).map((name) => dependencyOf(graph, name)),
    replaces: [],
    message,
    createDate: `${createdAt.toISOString().slice(0, 19)}Z`,
  }
  const path = join(folderFor(project, parents), revisionFileName(project, revision, message, createdAt))
  // What is left to be wrong is wrong with the graph as a whole.
  buildGraph([...revisions, { ...header, path }])
  return { header, path }
}

function parentsOf(graph: RevisionGraph, { head = 'head', splice }: NewRevisionOptions): readonly Revision[] {
  const { revisions } = resolveTarget(graph, new Set(), targetOrHeads(graph, head))
  if (revisions.length > 1) throw severalHeads(head, revisions)
  for (const parent of revisions) {
    const children = graph.children.get(parent.revision) ?? []
    if (!splice && !isHead(graph, parent.revision)) throw notHead(parent, revisionsOf(graph, children))
  }
  return revisions
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
  const owner = graph.revisions.get(id) ?? graph.labels.get(id)
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

function dependencyOf(graph: RevisionGraph, name: string): string {
  return graph.labels.has(name) ? name : findRevision(graph, name).revision
}

/** Beside its parent, as there may be several folders. */
function folderFor({ migrations }: Pick<Project, 'migrations'>, [parent]: readonly Revision[]): string {
  const [first = '.'] = migrations
  if (parent === undefined) return first
  const folder = dirname(parent.path)
  return migrations.includes(folder) ? folder : first
}
