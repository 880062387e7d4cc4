/** The command `check`: whether the live database is what the schema declares. */
import type { Project } from '../config/config.ts'
import { requireUrl } from '../config/project.ts'
import { openSession } from '../database/open.ts'
import type { ReportedChange } from '../diff/report.ts'
import { editedRevisions } from '../ledger/edited.ts'
import { type ProjectRevisions, readProjectRevisions } from '../loader/project-revisions.ts'
import { heard } from '../runner/listener.ts'
import { waitingWith } from '../runner/project.ts'
import { setForSession } from '../runner/settings.ts'
import { withShadows } from '../shadow/shadows.ts'
import { type ComparisonOptions, declarationOf } from './comparison.ts'
import { changesTo } from './outcome.ts'
import { requireAtHead } from './pending.ts'

export interface CheckResult {
  readonly upToDate: boolean
  readonly changes: readonly ReportedChange[]
  /** Applied revisions whose files are not what ran any more. */
  readonly edited: readonly string[]
}

/**
 * Compares the live database with the declared schema. Writes nothing to it.
 *
 * @param given the project's revisions, where they are read already
 * @throws DbmigError AUTHORING_NOT_AT_HEAD, `SCHEMA_…`, `GRAPH_…`, `SHADOW_…`, `DATABASE_…`
 */
export async function check(
  project: Project,
  options: ComparisonOptions = {},
  given?: ProjectRevisions,
): Promise<CheckResult> {
  return heard(options.onEvent, (onEvent) =>
    checkTelling(waitingWith(project, onEvent), { ...options, onEvent }, given),
  )
}

async function checkTelling(
  project: Project,
  options: ComparisonOptions,
  given: ProjectRevisions | undefined,
): Promise<CheckResult> {
  const { signal } = options
  const { graph, loader } = given ?? (await readProjectRevisions(project, { missingFolder: 'empty' }))
  const live = await openSession(requireUrl(project), { signal, waiting: project.waiting })
  try {
    const { tenantSchema: schema } = project
    if (schema !== undefined) await setForSession(live, { schema })
    const rows = await requireAtHead(project, graph, live, signal)
    const notice = (message: string): void => options.onEvent?.({ type: 'progress', message })
    const changes = await withShadows(
      { url: project.url, shadow: project.shadow, signal, notice },
      async (shadows) => {
        const declaration = await declarationOf(project, live, loader, shadows, options)
        return changesTo(declaration, notice)
      },
    )
    const edited = editedRevisions(graph, rows).map(({ revision }) => revision)
    return { upToDate: changes.length === 0, changes, edited }
  } finally {
    await live.close()
  }
}
