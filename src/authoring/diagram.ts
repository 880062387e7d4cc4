/** The command `diagram`: a state of the schema, or the difference of two, as a picture; printed, written to a file, or compared with one. */
import type { ComparisonOptions } from '../comparison/comparison.ts'
import { chosenState, readState, type StateChoice } from '../comparison/read-state.ts'
import { compareStates } from '../comparison/state-sides.ts'
import { parseStates } from '../comparison/states.ts'
import type { Project } from '../config/config.ts'
import { compareCatalogs } from '../diff/compare.ts'
import { svgOf } from '../graphviz.ts'
import { heard } from '../runner/listener.ts'
import { waitingWith } from '../runner/project.ts'
import { stateWords } from '../state-words.ts'
import { arrange, isLarge } from '../views/diagram/arrange.ts'
import { diagramOfBoth } from '../views/diagram/compare.ts'
import type { Diagram } from '../views/diagram/diagram.ts'
import { dotDiagram } from '../views/diagram/dot.ts'
import { differenceOrState } from '../views/diagram/errors.ts'
import { type DiagramFormat, diagramTexts, formatFor } from '../views/diagram/formats.ts'
import { diagramOf } from '../views/diagram/model.ts'
import { type Selection, selectFrom } from '../views/diagram/select.ts'
import { marked, markOf } from '../views/formats/mark.ts'
import { type Maker, settleFile, wantedFile } from './settle-file.ts'

export interface DiagramOptions extends ComparisonOptions, StateChoice, Selection {
  /** `A..B`, as `diff` takes it: both states in one picture, in place of one. */
  readonly diff?: string | undefined
  /** `plantuml`, `mermaid`, `dot`, `dbml`, `svg`. Default: by the file's extension, `plantuml` without a file. */
  readonly format?: string | undefined
  /** The file that is written, relative to `cwd`. */
  readonly output?: string | undefined
  /** A file that is compared with what it should be, relative to `cwd`. */
  readonly check?: string | undefined
  readonly cwd?: string | undefined
}

export interface DiagramResult {
  /** What is drawn: `target`, `live`, `revision 3f2a`, `base..revision 3f2a`. */
  readonly of: string
  readonly format: DiagramFormat
  readonly tables: number
  readonly views: number
  readonly enums: number
  /** Foreign keys. */
  readonly relations: number
  /** The file; null where there is none. */
  readonly path: string | null
  /** Whether the file holds the picture, after the command. */
  readonly upToDate: boolean
  /** Whether it did not, and does now. */
  readonly written: boolean
  /** The picture; null where the file has it, or is compared with it. */
  readonly text: string | null
  /** Where the schema was built, if not where the configuration says. */
  readonly warnings: readonly string[]
}

/**
 * Draws the declared schema, the live database, a revision, or a difference.
 *
 * @throws DbmigError `DIAGRAM_…`, `GRAPHVIZ_…`, RUNNER_LISTENER_FAILED, what `wantedFile` and `settleFile` throw, and what reading the states throws
 */
export async function diagram(project: Project, options: DiagramOptions = {}): Promise<DiagramResult> {
  return heard(options.onEvent, (onEvent) =>
    diagramTelling(waitingWith(project, onEvent), { ...options, onEvent }),
  )
}

async function diagramTelling(project: Project, options: DiagramOptions): Promise<DiagramResult> {
  const wanted = await wantedFile(options)
  const path = wanted?.path ?? null
  const format = formatFor(options.format, path)
  const { of, drawn, warnings } = await chosenDiagram(project, options)
  const text = marked(await textIn(format, drawn), format, 'diagram')
  const isTable = ({ kind }: { readonly kind: string }): boolean =>
    kind === 'table' || kind === 'foreign table'
  const result = {
    of,
    format,
    tables: drawn.entities.filter(isTable).length,
    views: drawn.entities.filter((entity) => !isTable(entity)).length,
    enums: drawn.enums.length,
    relations: drawn.relations.length,
    ...{ path, warnings },
  }
  if (wanted === null) return { ...result, upToDate: false, written: false, text }
  return { ...result, ...(await settleFile(wanted, text, maker)), text: null }
}

const maker: Maker = { command: 'dbmig diagram', mark: markOf('diagram') }

async function chosenDiagram(
  project: Project,
  options: DiagramOptions,
): Promise<{ readonly of: string; readonly drawn: Diagram; readonly warnings: readonly string[] }> {
  const { diff: range, live, at } = options
  if (range === undefined) {
    const { name, catalog, note } = await readState(project, chosenState({ live, at }), options)
    const warnings = note === undefined ? [] : [note]
    return { of: name, drawn: selectFrom(diagramOf(catalog), options, stateWords(name)), warnings }
  }
  if (live || at !== undefined) throw differenceOrState(range)
  const { names, sides } = await compareStates(project, parseStates({ range }), options)
  const both = diagramOfBoth(sides, compareCatalogs(sides), names)
  return {
    of: `${names.from}..${names.to}`,
    drawn: selectFrom(both, options, `${stateWords(names.from)} or ${stateWords(names.to)}`),
    warnings: [],
  }
}

async function textIn(format: DiagramFormat, drawn: Diagram): Promise<string> {
  if (format !== 'svg') return diagramTexts[format](drawn)
  return isLarge(drawn) ? svgOf(dotDiagram(drawn, arrange(drawn)), 'nop') : svgOf(dotDiagram(drawn))
}
