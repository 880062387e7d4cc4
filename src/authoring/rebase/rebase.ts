/** The command `rebase`: puts a branch that is not applied on another head, so that two pull requests on one parent become a line. */
import { existsSync } from 'node:fs'
import { access, constants, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Project } from '../../config/config.ts'
import { describeDatabase } from '../../database/url.ts'
import type { RevisionGraph } from '../../graph/graph.ts'
import { heads } from '../../graph/query.ts'
import { isChanged, planRebase, type RebasePlan } from '../../graph/rebase.ts'
import type { Revision } from '../../graph/revision.ts'
import { parseTarget, startsAtCurrent } from '../../graph/target.ts'
import { currentNeedsDatabase } from '../../ledger/errors.ts'
import { readGraph, readRows, type ViewOptions } from '../../ledger/views.ts'
import { notWritable } from '../errors.ts'
import { publishedFiles } from '../git.ts'
import { replaceFile } from '../replace-file.ts'
import { withWriteLock } from '../write-lock.ts'
import { laterNames } from './dated-name.ts'
import { headerComputed, rebaseNeedsDatabase, renamedFileExists } from './errors.ts'
import { withDownRevisions } from './header-edit.ts'
import { type Published, publishedOf, refusePublished } from './published.ts'

export interface RebaseOptions extends ViewOptions {
  /** A head, or a revision of its branch. Default: the branch that the database has not applied. */
  readonly revision?: string | undefined
  /** Default: the one other head that has an ancestor in common. */
  readonly onto?: string | undefined
  /** Writes nothing. */
  readonly dryRun?: boolean | undefined
}

export interface MovedRevision {
  readonly revision: string
  readonly downRevision: readonly string[]
  readonly message: string
  /** Absolute. */
  readonly path: string
  /** Absolute; the same where the name has no date. */
  readonly previousPath: string
}

export interface RebaseResult {
  /** What the branch stands on; null when there is no other head that it could be put on. */
  readonly onto: string | null
  /** Ancestors first; empty when there is nothing to do. */
  readonly moved: readonly MovedRevision[]
  /** The revisions that none follows, after it. */
  readonly heads: readonly string[]
  readonly dryRun: boolean
  /** The database that chose the branch, by having applied nothing of it, in words; null where the branch was named, or none moves. */
  readonly chosenBy: string | null
  /** What moves although it is on the remote's default branch, as the branch was named; null where nothing does, or git cannot tell. */
  readonly published: Published | null
}

/**
 * Edits the headers of a branch so that it follows another head, and renames files whose names carry a date.
 *
 * @throws DbmigError `GRAPH_REBASE_…`, AUTHORING_REBASE_NO_URL, AUTHORING_REBASE_PUBLISHED, AUTHORING_HEADER_COMPUTED, AUTHORING_FILE_EXISTS before anything is written
 */
export async function rebase(project: Project, options: RebaseOptions = {}): Promise<RebaseResult> {
  const { revision: branch, onto, offline, signal, dryRun = false } = options
  const graph = await readGraph(project)
  if (branch === undefined && onto === undefined && heads(graph).length < 2)
    return result(null, graph, [], dryRun)
  for (const target of offline ? [branch, onto] : []) {
    if (target !== undefined && startsAtCurrent(parseTarget(target))) throw currentNeedsDatabase(target)
  }
  const rows = await readApplied(project, options)
  signal?.throwIfAborted()
  const work = async (): Promise<RebaseResult> => {
    const graph = await readGraph(project)
    // What stands for squashed revisions of which some are applied is not free to move either.
    const applied = new Set(rows.map((id) => graph.replaced.get(id)?.revision ?? id))
    const plan = planRebase(graph, applied, { branch, onto })
    if (plan === null) return result(null, graph, [], dryRun)
    const files = await publishedFiles(plan.moved.length === 0 ? [] : project.migrations, signal)
    const published = publishedOf(plan, files)
    if (published !== null && branch === undefined) refusePublished(graph, applied, plan, published, files)
    const edits = await editsOf(project, graph, plan)
    if (!dryRun) await write(edits, plan)
    const { url } = project
    const isChosen = branch === undefined && !offline && url !== undefined && edits.length > 0
    const chosenBy = isChosen ? describeDatabase(url) : null
    return result(plan.onto, plan.graph, edits, dryRun, { chosenBy, published })
  }
  return dryRun ? work() : withWriteLock(project, work)
}

/** Every revision that the ledger knows: what is under way or failed half-way has changed the database too. */
async function readApplied(project: Project, { offline, signal }: RebaseOptions): Promise<readonly string[]> {
  if (offline) return []
  if (project.url === undefined) throw rebaseNeedsDatabase()
  return (await readRows(project, signal)).map(({ revision }) => revision)
}

interface FileEdit {
  readonly revision: Revision
  /** Absolute. */
  readonly path: string
  /** The whole text; null where the header stays as it is. */
  readonly text: string | null
}

/** Everything that will be written, with every check that can fail. */
async function editsOf(
  project: Project,
  graph: RevisionGraph,
  { moved, onto }: RebasePlan,
): Promise<FileEdit[]> {
  const names = laterNames(moved, onto, project, new Date())
  const edits: FileEdit[] = []
  for (const revision of moved) {
    const path = names.get(revision.revision) ?? revision.path
    if (path !== revision.path && existsSync(path)) throw renamedFileExists(revision.path, path)
    edits.push({ revision, path, text: isChanged(graph, revision) ? await editedText(revision) : null })
    await access(dirname(path), constants.W_OK).catch((error: unknown) => {
      throw notWritable(path, error)
    })
  }
  return edits
}

async function editedText({ path, downRevisions }: Revision): Promise<string> {
  const bytes = await readFile(path)
  const source = bytes.toString('utf8')
  const text = withDownRevisions(source, downRevisions)
  // A file in another encoding would not come back as it was.
  if (text === null || !Buffer.from(source).equals(bytes)) throw headerComputed(path, downRevisions)
  return text
}

/**
 * Names first, as they mean nothing to the graph: up to the last header there are still two heads, so that a run that was ended
 * is finished by another one. Where several headers name the new parent, there is one head after the first of these: the files
 * make a graph then too, and naming the branch and its new parent finishes it.
 */
async function write(edits: readonly FileEdit[], { onto }: RebasePlan): Promise<void> {
  for (const { revision, path } of edits) {
    if (path === revision.path) continue
    await rename(revision.path, path).catch((error: unknown) => {
      throw notWritable(path, error)
    })
  }
  const joins = ({ revision }: FileEdit) => revision.downRevisions.includes(onto.revision)
  for (const edit of [...edits.filter((each) => !joins(each)), ...edits.filter(joins)]) {
    if (edit.text !== null) await replaceFile(edit.path, edit.text)
  }
}

function result(
  onto: Revision | null,
  graph: RevisionGraph,
  edits: readonly FileEdit[],
  dryRun: boolean,
  { chosenBy, published }: Pick<RebaseResult, 'chosenBy' | 'published'> = { chosenBy: null, published: null },
): RebaseResult {
  return {
    onto: onto?.revision ?? null,
    moved: edits.map(({ revision, path }) => ({
      revision: revision.revision,
      downRevision: graph.parents.get(revision.revision) ?? [],
      message: revision.message,
      path,
      previousPath: revision.path,
    })),
    heads: heads(graph).map(({ revision }) => revision),
    dryRun,
    chosenBy,
    published,
  }
}
