/** The command `types`: a state of the schema as the interfaces that Kysely takes, printed, written to a file, or compared with one. */
import type { ComparisonOptions } from '../comparison/comparison.ts'
import { chosenState, readState, type StateChoice } from '../comparison/read-state.ts'
import type { Project } from '../config/config.ts'
import { heard } from '../runner/listener.ts'
import { waitingWith } from '../runner/project.ts'
import { databaseTypes, TYPES_MARK } from '../types/database-types.ts'
import { camelCaseBy } from './camel-case.ts'
import { noTypesFile } from './errors.ts'
import { type Maker, settleFile, type WantedFile, wantedFile } from './settle-file.ts'

export interface TypesOptions extends ComparisonOptions, StateChoice {
  /** The file, in place of the configuration's: relative to `cwd`; null for none. */
  readonly output?: string | null | undefined
  readonly cwd?: string | undefined
  /** Compares the file with what it should be, and writes nothing. A text names it, in place of `output`. */
  readonly check?: boolean | string | undefined
  /** For Kysely's CamelCasePlugin, in place of what the configuration says. */
  readonly camelCase?: boolean | undefined
  /** Whether partitions get types of their own, in place of what the configuration says. */
  readonly partitions?: boolean | undefined
}

export interface TypesResult {
  /** What the types are of: `target`, `live`, `revision 3f2a`. */
  readonly of: string
  /** The file; null where there is none. */
  readonly path: string | null
  /** Whether the file holds the types, after the command. */
  readonly upToDate: boolean
  /** Whether it did not, and does now. */
  readonly written: boolean
  /** The TypeScript; null where the file has it, or is compared with it. */
  readonly text: string | null
  /** What of the types does not work as it should, and where they were made, if not where the configuration says. */
  readonly warnings: readonly string[]
}

/**
 * Makes the types of the declared schema, of the live database, or of a revision.
 *
 * @throws DbmigError TYPES_OVERRIDE, TYPES_NO_FILE, RUNNER_LISTENER_FAILED, what `wantedFile` and `settleFile` throw, and what reading the state throws
 */
export async function types(project: Project, options: TypesOptions = {}): Promise<TypesResult> {
  return heard(options.onEvent, (onEvent) =>
    typesTelling(waitingWith(project, onEvent), { ...options, onEvent }),
  )
}

async function typesTelling(project: Project, options: TypesOptions): Promise<TypesResult> {
  const state = chosenState(options)
  const wanted = await wantedOf(project, options)
  const { overrides } = project.types
  const { camelCase = project.types.camelCase !== null, partitions = project.types.partitions } = options
  const naming = camelCase ? await camelCaseBy(project.types.camelCase ?? {}) : null
  const { name, catalog, note } = await readState(project, state, options)
  const made = databaseTypes({ catalog, name, camelCase: naming, partitions, overrides })
  const { text } = made
  const warnings = note === undefined ? made.warnings : [note, ...made.warnings]
  if (wanted === null) return { of: name, path: null, upToDate: false, written: false, text, warnings }
  const settled = await settleFile(wanted, text, maker)
  return { of: name, path: wanted.path, ...settled, text: null, warnings }
}

const maker: Maker = { command: 'dbmig types', mark: TYPES_MARK }

async function wantedOf(project: Project, options: TypesOptions): Promise<WantedFile | null> {
  const { output, check = false, cwd } = options
  if (typeof check === 'string') return wantedFile({ output: output ?? undefined, check, cwd })
  const file = output === null ? undefined : (output ?? project.types.output)
  if (!check) return wantedFile({ output: file, cwd })
  if (file === undefined) throw noTypesFile()
  return wantedFile({ check: file, cwd })
}
