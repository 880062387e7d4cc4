/** The command `revision`: a file to fill in, or the way from the live database to the declared schema, proved. */

import type { ComparisonOptions } from '../comparison/comparison.ts'
import type { RenameOptions } from '../comparison/renames.ts'
import type { Project } from '../config/config.ts'
import { requireUrl } from '../config/project.ts'
import { chainOf } from '../diff/chain.ts'
import type { Create, Sides } from '../diff/change.ts'
import { compareCatalogs } from '../diff/compare.ts'
import type { Split } from '../diff/cuts.ts'
import { afterRenames } from '../diff/renames/links.ts'
import { schemasMade } from '../diff/renames/schemas.ts'
import { reportChanges, reportRenames } from '../diff/report.ts'
import { revisionSource } from '../emit/revision.ts'
import type { RevisionTemplate } from '../emit/template.ts'
import type { RevisionGraph } from '../graph/graph.ts'
import { readAppliedFor } from '../ledger/views.ts'
import type { ModuleLoader } from '../loader/load-module.ts'
import { readProjectRevisions } from '../loader/project-revisions.ts'
import { heard } from '../runner/listener.ts'
import { waitingWith } from '../runner/project.ts'
import { concurrentlyInOneTransaction, needsAutogenerate } from './errors-place.ts'
import {
  type NewRevision,
  type NewRevisionOptions,
  newRevision,
  newRevisions,
  parentFor,
  requireSameParents,
} from './new-revision.ts'
import { newFile, plainResult, type RevisionResult, withoutPaths } from './revision-result.ts'
import { readTemplate, requireLoads } from './template.ts'
import { writeRevisions } from './write-revision.ts'

export interface RevisionOptions extends NewRevisionOptions, ComparisonOptions, RenameOptions {
  /** Compares the live database with the declared schema and writes the difference. */
  readonly autogenerate?: boolean | undefined
  /** Writes nothing. */
  readonly dryRun?: boolean | undefined
  /** Whether `up` and `down` run on a shadow database before the file is kept; true unless told. */
  readonly proof?: boolean | undefined
  /** Writes a revision per schema, or per stage (types, tables, keys …), where there is more than one. */
  readonly split?: Split | undefined
  /** Makes and drops indexes of tables that are there beside running work, in a revision outside of a transaction. */
  readonly concurrently?: boolean | undefined
}

/**
 * Writes a new revision file, after every check that could fail has passed.
 *
 * @throws DbmigError `AUTHORING_…`, `GRAPH_…`, `SCHEMA_…`, `SHADOW_…`, `DATABASE_…`
 */
export async function revision(project: Project, options: RevisionOptions): Promise<RevisionResult> {
  return heard(options.onEvent, (onEvent) =>
    revisionTelling(waitingWith(project, onEvent), { ...options, onEvent }),
  )
}

async function revisionTelling(project: Project, options: RevisionOptions): Promise<RevisionResult> {
  requireSense(project, options)
  const template = await readTemplate(project)
  const { graph, loader } = await readProjectRevisions(project, { missingFolder: 'empty' })
  const { head = 'head', dependsOn = [] } = options
  const applied = await readAppliedFor(project, [head, ...dependsOn], options.signal)
  const parents = parentFor(graph, applied, options)
  const place = newRevision(project, graph, parents, options, applied)
  await requireLoads(template, project, place.path)
  const placesFor = (titles: readonly string[]): readonly NewRevision[] =>
    titles.length === 1 ? [place] : newRevisions(project, graph, parents, options, applied, titles)
  const result = options.autogenerate
    ? await autogenerate(project, loader, graph, { template, placesFor }, options)
    : plainResult(place, revisionSource(place.header, null, null, template))
  if (options.dryRun) return withoutPaths(result)
  const files = result.revisions.flatMap(({ path, source }) => (path === null ? [] : [{ path, source }]))
  if (files.length === 0) return result
  const hooks = await writeRevisions(project, files, {
    signal: options.signal,
    requireStill: (now) => requireSameParents(parents, parentFor(now, applied, options)),
  })
  return { ...result, hooks }
}

/** @throws AUTHORING_NEEDS_AUTOGENERATE, AUTHORING_CONCURRENTLY_IN_RUN */
function requireSense(
  { transaction }: Project,
  { autogenerate, split, concurrently, renames = [], renamesFile, noRename = false }: RevisionOptions,
): void {
  if (!autogenerate && split !== undefined) throw needsAutogenerate('--split')
  if (!autogenerate && concurrently) throw needsAutogenerate('--concurrently')
  if (!autogenerate && renames.length > 0) throw needsAutogenerate('--rename')
  if (!autogenerate && renamesFile !== undefined) throw needsAutogenerate('--renames')
  if (!autogenerate && noRename !== false) throw needsAutogenerate('--no-rename')
  if (concurrently && transaction === 'run') throw concurrentlyInOneTransaction()
}

/** What new revisions are written from. */
interface Setting {
  readonly template: RevisionTemplate
  /** The new revisions, each about one of the titles. */
  placesFor(titles: readonly string[]): readonly NewRevision[]
}

async function autogenerate(
  project: Project,
  loader: ModuleLoader,
  graph: RevisionGraph,
  { template, placesFor }: Setting,
  options: RevisionOptions,
): Promise<RevisionResult> {
  const [{ openSession }, { withShadows }, { compareRenamed }, { proveRevisions }, { requireAtHead }] =
    await Promise.all([
      import('../database/open.ts'),
      import('../shadow/shadows.ts'),
      import('../comparison/renames.ts'),
      import('../comparison/proof.ts'),
      import('../comparison/pending.ts'),
    ])
  const { signal } = options
  const say = (message: string): void => options.onEvent?.({ type: 'progress', message })
  const live = await openSession(requireUrl(project), { signal, waiting: project.waiting })
  try {
    await requireAtHead(project, graph, live, signal)
    return await withShadows(
      { url: project.url, shadow: project.shadow, signal, notice: say },
      async (shadows) => {
        const renamed = await compareRenamed(project, live, loader, shadows, options)
        const { read, openShadow, asWritten } = renamed.comparison
        const changes = compareCatalogs(renamed.sides)
        if (changes.length === 0 && renamed.steps.length === 0) return upToDate()
        const proof = options.proof ?? true
        if (proof) shadows.prepare()
        const between = await asWritten(changes, renamed.sides)
        const chain = chainOf(between, {
          split: options.split,
          concurrently: options.concurrently,
          oneTransaction: project.transaction === 'run',
        })
        const links = afterRenames(chain, renamed.steps, renamed.live)
        const sides: Sides = { live: renamed.live, target: between.target }
        const places = placesFor(links.map(({ title }) => title))
        const files = links.flatMap(({ up, down }, i) => {
          const place = places[i]
          return place === undefined ? [] : [newFile(place, revisionSource(place.header, up, down, template))]
        })
        if (proof) {
          const shadow = await openShadow()
          await proveRevisions({ files, root: project.root, sides, shadow, read, say })
        }
        const made = schemasMade(renamed.steps).map((after): Create => ({ action: 'create', after }))
        const last = files.at(-1)
        const { schemaDiff } = await import('../comparison/schema-diff.ts')
        return {
          path: last?.path ?? null,
          revision: last?.revision ?? null,
          downRevision: last?.downRevision ?? [],
          upToDate: false,
          changes: [...reportChanges(made), ...reportRenames(renamed.renames), ...reportChanges(changes)],
          losses: links.flatMap(({ up }) => up.losses),
          risks: links.flatMap(({ up }) => up.risks),
          source: last?.source ?? null,
          schemaDiff: options.dryRun ? await schemaDiff(sides) : null,
          proved: proof,
          revisions: files,
          hooks: [],
        }
      },
    )
  } finally {
    await live.close()
  }
}

function upToDate(): RevisionResult {
  return {
    path: null,
    revision: null,
    downRevision: [],
    upToDate: true,
    changes: [],
    losses: [],
    risks: [],
    source: null,
    schemaDiff: null,
    proved: false,
    revisions: [],
    hooks: [],
  }
}
