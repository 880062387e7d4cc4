/** The command `squash`: one revision in place of a range, proved to do the same. */
import { readFileSync } from 'node:fs'
import type { ComparisonOptions } from '../../comparison/comparison.ts'
import { openForRevisions } from '../../comparison/rebuild.ts'
import type { Project } from '../../config/config.ts'
import { openSession } from '../../database/open.ts'
import type { RevisionHeader } from '../../emit/revision.ts'
import { builtInTemplate, type RevisionTemplate } from '../../emit/template.ts'
import type { PartOfSquash } from '../../graph/errors-squash.ts'
import { buildGraph, type RevisionGraph } from '../../graph/graph.ts'
import { parseHeader } from '../../graph/header.ts'
import type { Revision } from '../../graph/revision.ts'
import { partOfRange, planSquash, type SquashPlan } from '../../graph/squash.ts'
import { appliedIds } from '../../ledger/applied.ts'
import { ledgerLocation } from '../../ledger/location.ts'
import { type LedgerRow, readLedger } from '../../ledger/read.ts'
import { noHeader } from '../../loader/errors.ts'
import { readProjectFiles } from '../../loader/project-revisions.ts'
import { heard } from '../../runner/listener.ts'
import { runnable, waitingWith } from '../../runner/project.ts'
import { listRoles } from '../../shadow/roles.ts'
import { withShadows } from '../../shadow/shadows.ts'
import { revisionExtension } from '../file-name.ts'
import type { HookResult } from '../hooks.ts'
import { replaceFile } from '../replace-file.ts'
import { readTemplate } from '../template.ts'
import { withWriteLock } from '../write-lock.ts'
import { changedMeanwhile, squashCommonJs } from './errors.ts'
import { keepFiles, keptFolder, moveFiles } from './keep.ts'
import { leftoversOf } from './leftovers.ts'
import { measureSquash } from './range.ts'

export interface SquashOptions extends ComparisonOptions {
  /** `A:B`, both included; an open start is the base, an open end the head. */
  readonly range: string
  /** Default: `squash A:B: ` and the message of the last revision. */
  readonly message?: string | undefined
  /** Writes and removes nothing. */
  readonly dryRun?: boolean | undefined
  /** Goes without what the range does beside the schema: rows, privileges. */
  readonly schemaOnly?: boolean | undefined
  /** Does not look where the configured database is. */
  readonly offline?: boolean | undefined
}

export interface SquashResult {
  /** The id of the range's last revision, which the squash keeps. */
  readonly revision: string
  /** The ids that it replaces, oldest first. */
  readonly replaces: readonly string[]
  /** Absolute path of its file, which was the last revision's. */
  readonly path: string
  /** Absolute paths of the files that are gone; in a dry run, that would be. */
  readonly removed: readonly string[]
  /** Absolute path of the folder that they are moved to, with the last revision's file as it was. */
  readonly keptIn: string
  /** Whether it was run on a shadow database; false when an earlier squash was only brought to its end. */
  readonly proved: boolean
  /** The text of its file; null when an earlier squash was only brought to its end. */
  readonly source: string | null
  /** With `schemaOnly`: what the range does and the squash does not, in words. */
  readonly leftOut: readonly string[]
  /** Sentences about data that its `up` would destroy, and about rows on which it would fail. */
  readonly losses: readonly string[]
  readonly risks: readonly string[]
  /** Where the configured database has applied a part of the range: which. Null otherwise, and where it was not asked. */
  readonly inside: { readonly applied: readonly string[]; readonly missing: readonly string[] } | null
  /** What became of the project's post-write hooks. */
  readonly hooks: readonly HookResult[]
  readonly dryRun: boolean
}

/**
 * Writes one revision in place of a range. Nothing is written before it is proved.
 *
 * @throws DbmigError `GRAPH_SQUASH_…`, `AUTHORING_…`, `SHADOW_…`, `DATABASE_…`, `LOADER_…`
 */
export async function squash(project: Project, options: SquashOptions): Promise<SquashResult> {
  return heard(options.onEvent, (onEvent) =>
    squashTelling(waitingWith(project, onEvent), { ...options, onEvent }),
  )
}

async function squashTelling(project: Project, options: SquashOptions): Promise<SquashResult> {
  const { revisions: files, loader } = await readProjectFiles(project)
  const leftovers = leftoversOf(files, options.range)
  if (leftovers !== null) return finish(project, leftovers, options)
  const graph = buildGraph(files)
  const live = await lookAtLive(project, options)
  const plan = planSquash(graph, appliedIds(live.rows), options.range)
  const header = headerOf(plan, options.message)
  const { path } = plan.end
  const template = await templateFor(project, plan.end)
  requireGraph(graph, plan, header)
  const texts = new Map(plan.range.map((revision) => [revision.path, readFileSync(revision.path, 'utf8')]))
  const { signal } = options
  const say = (message: string): void => options.onEvent?.({ type: 'progress', message })
  const measured = await withShadows(
    { url: project.url, shadow: project.shadow, signal, notice: say },
    async (shadows) => {
      shadows.prepare(2)
      return measureSquash({
        project,
        revisions: runnable(graph, loader),
        below: plan.below,
        range: plan.range,
        header,
        template,
        path,
        schemaOnly: options.schemaOnly === true,
        openShadow: () => openForRevisions(shadows, live, texts.values()),
        say,
        signal,
      })
    },
  )
  if (parseHeader(measured.source) === null) throw noHeader(path)
  const removed = plan.range.filter((revision) => revision !== plan.end).map((revision) => revision.path)
  const keptIn = keptFolder(project, plan.end.revision)
  const result: SquashResult = {
    revision: plan.end.revision,
    replaces: plan.replaces,
    path,
    removed,
    keptIn,
    proved: true,
    ...measured,
    inside: insideOf(
      partOfRange(
        plan,
        appliedIds(live.rows),
        live.rows.map(({ revision }) => revision),
      ),
    ),
    hooks: [],
    dryRun: options.dryRun === true,
  }
  if (result.dryRun) return result
  await withWriteLock(project, async () => {
    const changed = [...texts].filter(([file, text]) => readIfThere(file) !== text).map(([file]) => file)
    if (changed.length > 0) throw changedMeanwhile(changed)
    requireGraph(buildGraph((await readProjectFiles(project)).revisions), plan, header)
    await keepFiles(project, keptIn, [path])
    // From here on the files say that the range is squashed, and which of them are only still to be removed.
    await replaceFile(path, measured.source)
    await moveFiles(project, keptIn, removed)
  })
  if (project.hooks.length === 0) return result
  const { runHooks } = await import('../hooks.ts')
  return { ...result, hooks: await runHooks(project, [{ ...header, path }], signal) }
}

/** What an ended run, or a merge of two branches, has left of a squash that was proved when it was written. */
async function finish(
  project: Project,
  { squash: { revision, replaces, path }, left }: NonNullable<ReturnType<typeof leftoversOf>>,
  { dryRun = false }: SquashOptions,
): Promise<SquashResult> {
  const removed = left.map((each) => each.path)
  const keptIn = keptFolder(project, revision)
  if (!dryRun) await withWriteLock(project, () => moveFiles(project, keptIn, removed))
  return {
    revision,
    replaces,
    path,
    removed,
    keptIn,
    proved: false,
    source: null,
    leftOut: [],
    losses: [],
    risks: [],
    inside: null,
    hooks: [],
    dryRun,
  }
}

/** What squashes put in front of a message. */
const SQUASHED = /^(?:squash [^\s:]+:[^\s:]+(?:: |$))+/

function headerOf({ range, end, ...rest }: SquashPlan, message: string | undefined): RevisionHeader {
  const { downRevisions, dependsOn, branchLabels, replaces } = rest
  const [first = end] = range
  const last = end.replaces.length === 0 ? end.message : end.message.replace(SQUASHED, '')
  const said = `squash ${first.revision}:${end.revision}${last === '' ? '' : `: ${last}`}`
  return {
    revision: end.revision,
    downRevisions,
    branchLabels,
    dependsOn,
    replaces,
    message: message?.trim() || said,
    createDate: end.createDate ?? `${new Date().toISOString().slice(0, 19)}Z`,
  }
}

/** @throws DbmigError `GRAPH_…` where the files would make no graph afterwards */
function requireGraph(graph: RevisionGraph, { range, end }: SquashPlan, header: RevisionHeader): void {
  const gone = new Set(range.map(({ revision }) => revision))
  const rest = [...graph.revisions.values()].filter(({ revision }) => !gone.has(revision))
  buildGraph([...rest, { ...header, path: end.path }])
}

/** The project's own where it is written in the language of the file; else the built-in one. */
async function templateFor(project: Project, end: Revision): Promise<RevisionTemplate> {
  const extension = revisionExtension(end.path)
  if (extension.startsWith('.c')) throw squashCommonJs(end)
  const language = extension.endsWith('ts') ? 'typescript' : 'javascript'
  const template = await readTemplate(project)
  if (template.language === language) return template
  if (language === 'typescript') return builtInTemplate
  return { language, text: builtInTemplate.text.replaceAll(/: (?:Kysely|Promise)<\w+>/g, '') }
}

interface Live {
  readonly rows: readonly LedgerRow[]
  readonly roles: readonly string[]
  readonly extensions: readonly string[]
}

/** What the configured database has applied, and what a shadow beside it should have too. */
async function lookAtLive(project: Project, { offline, signal }: SquashOptions): Promise<Live> {
  if (offline || project.url === undefined) return { rows: [], roles: [], extensions: [] }
  const session = await openSession(project.url, { signal, waiting: project.waiting })
  try {
    const extensions = await session.query<{ name: string }>('select extname::text as name from pg_extension')
    return {
      rows: (await readLedger(session, ledgerLocation(project))) ?? [],
      roles: await listRoles(session),
      extensions: extensions.map(({ name }) => name),
    }
  } finally {
    await session.close()
  }
}

function insideOf(part: Pick<PartOfSquash, 'applied' | 'missing'> | null): SquashResult['inside'] {
  return part === null ? null : { applied: part.applied, missing: part.missing }
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
