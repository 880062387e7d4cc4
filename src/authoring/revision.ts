/** The command `revision`: a file to fill in, or the way from the live database to the declared schema, proved. */

import type { ComparisonOptions } from '../comparison/comparison.ts'
import type { Project } from '../config/config.ts'
import { requireUrl } from '../config/project.ts'
import type { Plan, Sides } from '../diff/change.ts'
import { compareCatalogs } from '../diff/compare.ts'
import { planChanges } from '../diff/plan.ts'
import { reportChanges } from '../diff/report.ts'
import { revisionSource } from '../emit/revision.ts'
import type { RevisionTemplate } from '../emit/template.ts'
import type { RevisionGraph } from '../graph/graph.ts'
import { readAppliedFor } from '../ledger/views.ts'
import type { ModuleLoader } from '../loader/load-module.ts'
import { readProjectRevisions } from '../loader/project-revisions.ts'
import {
  type NewRevision,
  type NewRevisionOptions,
  newRevision,
  parentFor,
  requireSameParents,
} from './new-revision.ts'
import { plainResult, type RevisionResult } from './revision-result.ts'
import { readTemplate, requireLoads } from './template.ts'
import { writeRevisions } from './write-revision.ts'

export interface RevisionOptions extends NewRevisionOptions, ComparisonOptions {
  /** Compares the live database with the declared schema and writes the difference. */
  readonly autogenerate?: boolean | undefined
  /** Writes nothing. */
  readonly dryRun?: boolean | undefined
  /** Whether `up` and `down` run on a shadow database before the file is kept; true unless told. */
  readonly proof?: boolean | undefined
}

/**
 * Writes a new revision file, after every check that could fail has passed.
 *
 * @throws DbmigError `AUTHORING_…`, `GRAPH_…`, `SCHEMA_…`, `SHADOW_…`, `DATABASE_…`
 */
export async function revision(project: Project, options: RevisionOptions): Promise<RevisionResult> {
  const template = await readTemplate(project)
  const { graph, loader } = await readProjectRevisions(project, { missingFolder: 'empty' })
  const { head = 'head', dependsOn = [] } = options
  const applied = await readAppliedFor(project, [head, ...dependsOn], options.signal)
  const parents = parentFor(graph, applied, options)
  const place = newRevision(project, graph, parents, options, applied)
  await requireLoads(template, project, place.path)
  const file: Draft = { ...place, template }
  const result = options.autogenerate
    ? await autogenerate(project, loader, graph, file, options)
    : plainResult(file, revisionSource(file.header, null, null, template))
  if (options.dryRun || result.source === null) return { ...result, path: null }
  const hooks = await writeRevisions(project, [{ path: file.path, source: result.source }], {
    signal: options.signal,
    requireStill: (now) => requireSameParents(parents, parentFor(now, applied, options)),
  })
  return { ...result, hooks }
}

/** A new revision, and the text that it is written from. */
interface Draft extends NewRevision {
  readonly template: RevisionTemplate
}

async function autogenerate(
  project: Project,
  loader: ModuleLoader,
  graph: RevisionGraph,
  { header, path, template }: Draft,
  options: RevisionOptions,
): Promise<RevisionResult> {
  const [{ openSession }, { withShadows }, { compareWithTarget }, { proveRevision }, { requireAtHead }] =
    await Promise.all([
      import('../database/open.ts'),
      import('../shadow/shadows.ts'),
      import('../comparison/comparison.ts'),
      import('../comparison/proof.ts'),
      import('../comparison/pending.ts'),
    ])
  const { signal } = options
  const say = (message: string): void => options.onEvent?.({ type: 'progress', message })
  const live = await openSession(requireUrl(project), { signal })
  try {
    await requireAtHead(project, graph, live)
    return await withShadows(
      { url: project.url, shadow: project.shadow, signal, notice: say },
      async (shadows) => {
        const comparison = await compareWithTarget(project, live, loader, shadows, options)
        const { read, openShadow } = comparison
        const changes = compareCatalogs(comparison.sides)
        if (changes.length === 0) return upToDate()
        const proof = options.proof ?? true
        if (proof) shadows.prepare()
        const sides = await comparison.asWritten(changes)
        const up = planChanges(changes, sides)
        const down = reversePlan(sides)
        const source = revisionSource(header, up, down, template)
        if (proof) {
          const shadow = await openShadow()
          await proveRevision({ source, path, root: project.root, sides, shadow, read, say })
        }
        const { schemaDiff } = await import('../comparison/schema-diff.ts')
        return {
          path,
          revision: header.revision,
          downRevision: header.downRevisions,
          upToDate: false,
          changes: reportChanges(changes),
          losses: up.losses,
          risks: up.risks,
          source,
          schemaDiff: options.dryRun ? await schemaDiff(sides) : null,
          proved: proof,
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
    hooks: [],
  }
}

/** The exact way back: the plan of the comparison turned around. */
function reversePlan({ live, target }: Sides): Plan {
  const sides = { live: target, target: live }
  return planChanges(compareCatalogs(sides), sides)
}
