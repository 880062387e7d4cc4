/** The command `history` with a format: the graph of revisions as a picture or a table, printed or written to a file. */
import { resolve } from 'node:path'
import type { Project } from '../config/config.ts'
import { svgOf } from '../graphviz.ts'
import { type HistoryOptions, history, type Listing } from '../ledger/history.ts'
import { readGraph } from '../ledger/views.ts'
import { marked, markOf } from '../views/formats/mark.ts'
import { historyCsv, historyCsvMark } from '../views/history/csv.ts'
import { historyDot } from '../views/history/dot.ts'
import { type HistoryFormat, historyFormat, historyTexts } from '../views/history/formats.ts'
import { pictureOf } from '../views/history/picture.ts'
import { settleFile, wantedFile } from './settle-file.ts'

export interface HistoryPictureOptions extends HistoryOptions {
  /** `plantuml`, `mermaid`, `dot`, `svg`, `csv`. Default: by the file's extension, `plantuml` without a file. */
  readonly format?: string | undefined
  /** The file that is written, relative to `cwd`. */
  readonly output?: string | undefined
  readonly cwd?: string | undefined
}

export interface HistoryPictureResult {
  readonly format: HistoryFormat
  readonly revisions: number
  /** The file; null where there is none. */
  readonly path: string | null
  /** Whether the file did not hold the picture, and does now. */
  readonly written: boolean
  /** The picture or table; null where the file has it. */
  readonly text: string | null
}

/**
 * Draws the revisions that `history` lists.
 *
 * @throws DbmigError DIAGRAM_FORMAT, DIAGRAM_TOO_LARGE, `GRAPHVIZ_…`, and what `history`, `wantedFile` and `settleFile` throw
 */
export async function historyPicture(
  project: Project,
  options: HistoryPictureOptions = {},
): Promise<HistoryPictureResult> {
  const { output, cwd = '.' } = options
  const wanted = await wantedFile({ output, cwd })
  const format = historyFormat(options.format, wanted?.path ?? null)
  const graph = await readGraph(project)
  const listing = await history(project, options, graph)
  const text = await textIn(format, listing, graph.dependencies, cwd)
  const result = { format, revisions: listing.entries.length }
  if (wanted === null) return { ...result, path: null, written: false, text }
  const mark = format === 'csv' ? historyCsvMark : markOf('history')
  const { written } = await settleFile(wanted, text, { command: 'dbmig history', mark })
  return { ...result, path: wanted.path, written, text: null }
}

async function textIn(
  format: HistoryFormat,
  listing: Listing,
  dependencies: ReadonlyMap<string, readonly string[]>,
  cwd: string,
): Promise<string> {
  if (format === 'csv') return historyCsv(listing.entries, listing.current !== null, resolve(cwd))
  const picture = pictureOf(listing, dependencies)
  const text = format === 'svg' ? await svgOf(historyDot(picture)) : historyTexts[format](picture)
  return marked(text, format, 'history')
}
