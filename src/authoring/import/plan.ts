/** Which revisions an import adds, and which migrations are revisions already. Writes nothing. */
import { existsSync } from 'node:fs'
import type { RevisionHeader } from '../../emit/revision.ts'
import { buildGraph, type RevisionGraph } from '../../graph/graph.ts'
import { parseHeader } from '../../graph/header.ts'
import { heads } from '../../graph/query.ts'
import type { Revision } from '../../graph/revision.ts'
import { isModuleFile } from '../../loader/syntax.ts'
import { fileExists } from '../errors.ts'
import { headerUnreadable, severalHeads } from './errors.ts'
import { dateOfName, importedId } from './names.ts'
import type { ImportSource } from './source.ts'

export interface AddedRevision {
  readonly source: ImportSource
  readonly revision: Revision
  /** The whole text of its file. */
  readonly text: string
}

export interface ImportPlan {
  /** Each follows the one before it. */
  readonly added: readonly AddedRevision[]
  /** The sources that are revisions already, or were squashed into one. */
  readonly kept: readonly { readonly source: ImportSource; readonly revision: Revision }[]
  /** With the added ones. */
  readonly graph: RevisionGraph
}

/**
 * Puts what is new on top of the project's head, in its own order.
 *
 * @param revisions those of the project
 * @param sources in the order in which their tool runs them
 * @throws DbmigError IMPORT_MULTIPLE_HEADS, IMPORT_HEADER_UNREADABLE, AUTHORING_FILE_EXISTS, `GRAPH_…`
 */
export function planImport(revisions: readonly Revision[], sources: readonly ImportSource[]): ImportPlan {
  const before = buildGraph(revisions)
  const owners = new Map(
    [...before.revisions.values()].flatMap((revision) =>
      [revision.revision, ...revision.replaces].map((id): [string, Revision] => [id, revision]),
    ),
  )
  const kept: { source: ImportSource; revision: Revision }[] = []
  const added: AddedRevision[] = []
  const tips = heads(before)
  let parent = tips[0]?.revision
  for (const source of sources) {
    const id = importedId(source.name)
    const owner = owners.get(id)
    if (owner !== undefined) {
      kept.push({ source, revision: owner })
      continue
    }
    if (tips.length > 1) throw severalHeads(tips)
    added.push(revisionOf(source, id, parent))
    parent = id
  }
  const graph =
    added.length === 0 ? before : buildGraph([...revisions, ...added.map(({ revision }) => revision)])
  return { added, kept, graph }
}

function revisionOf(source: ImportSource, id: string, parent: string | undefined): AddedRevision {
  const { name, message, origin, target } = source
  const createDate = dateOfName(name)
  const header: RevisionHeader = {
    revision: id,
    downRevisions: parent === undefined ? [] : [parent],
    branchLabels: [],
    dependsOn: [],
    replaces: [],
    message,
    createDate: createDate ?? '',
  }
  if (target !== origin && existsSync(target)) throw fileExists(target)
  const text = source.render(header)
  const shown = parseHeader(text)
  if (shown === null ? isModuleFile(target, text) : shown.revision !== id) throw headerUnreadable(origin)
  return { source, revision: { ...header, createDate, path: target }, text }
}
