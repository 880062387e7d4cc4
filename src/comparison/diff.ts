/** The command `diff`: what is different between two states of a schema. */
import { managedBy, matchesPattern } from '../catalog/scope.ts'
import type { Project } from '../config/config.ts'
import type { Change, Sides } from '../diff/change.ts'
import { compareCatalogs, subjectOf } from '../diff/compare.ts'
import { perhapsRenamed } from '../diff/renames/perhaps.ts'
import { type ReportedChange, reportChanges } from '../diff/report.ts'
import type { ComparisonOptions } from './comparison.ts'
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
  const { only = [] } = options
  const { names, sides, pending } = await compareStates(project, parseStates(options), options)
  const all = compareCatalogs(sides)
  const changes = only.length === 0 ? all : selected(all, sides, only)
  return {
    ...names,
    equal: changes.length === 0,
    changes: reportChanges(changes, perhapsRenamed(all, sides)),
    diff: await schemaDiff(sides, names, changes),
    pending,
  }
}

/** The changes of objects that a pattern names. What contains everything, a schema, must be named itself. */
function selected(changes: readonly Change[], { live, target }: Sides, only: readonly string[]): Change[] {
  const find = (identity: string) => target.objects.get(identity) ?? live.objects.get(identity)
  const chosen = managedBy({ include: only, exclude: undefined }, find)
  return changes.filter((change) => {
    const subject = subjectOf(change)
    if (subject.kind !== 'schema') return chosen(subject)
    return only.some((pattern) =>
      [subject.name, subject.identity].some((name) => matchesPattern(name, pattern)),
    )
  })
}
