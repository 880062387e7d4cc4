/** The command `diff`: what is different between two states of a schema. */
import type { Project } from '../config/config.ts'
import { compareCatalogs } from '../diff/compare.ts'
import { perhapsRenamed } from '../diff/renames/perhaps.ts'
import { type ReportedChange, reportChanges } from '../diff/report.ts'
import { heard } from '../runner/listener.ts'
import { waitingWith } from '../runner/project.ts'
import type { ComparisonOptions } from './comparison.ts'
import { changesOfOnly } from './only.ts'
import { schemaDiff } from './schema-diff.ts'
import { compareStates } from './state-sides.ts'
import { parseStates, type StatesOptions } from './states.ts'

export interface DiffOptions extends ComparisonOptions, StatesOptions {
  /** Only objects that one of these patterns names, as `include` takes them, with their parts. */
  readonly only?: readonly string[] | undefined
}

export interface DiffResult {
  /** What the two sides are called: `live`, `target`, `revision 3f2a`, `database "shop" on localhost:5432`. */
  readonly from: string
  readonly to: string
  readonly equal: boolean
  readonly changes: readonly ReportedChange[]
  /** The unified diff of the two as SQL, a file for each object that differs; empty when they are equal. */
  readonly diff: string
  /** Where the database is compared with the declared schema: the revisions that it has not applied. */
  readonly pending: readonly string[]
}

/**
 * Compares two states of a schema: of databases, of the declaration, of revisions. Writes nothing but to shadow databases.
 *
 * @throws DbmigError `COMPARISON_…`, `GRAPH_…`, `SCHEMA_…`, `SHADOW_…`, `DATABASE_…`, `LOADER_…`
 */
export async function diff(project: Project, options: DiffOptions = {}): Promise<DiffResult> {
  return heard(options.onEvent, (onEvent) =>
    diffTelling(waitingWith(project, onEvent), { ...options, onEvent }),
  )
}

async function diffTelling(project: Project, options: DiffOptions): Promise<DiffResult> {
  const { only = [] } = options
  const { names, sides, pending } = await compareStates(project, parseStates(options), options)
  const all = compareCatalogs(sides)
  const changes = only.length === 0 ? all : changesOfOnly(all, sides, only, names)
  return {
    ...names,
    equal: changes.length === 0,
    changes: reportChanges(changes, perhapsRenamed(all, sides)),
    diff: await schemaDiff(sides, names, changes),
    pending,
  }
}
