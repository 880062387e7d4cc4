/** The formats of the graph of revisions: a text for each but SVG, which is laid out of Graphviz's, and CSV, which is a table. */
import { chosenFormat, type Formats } from '../formats/choose.ts'
import { historyDot } from './dot.ts'
import { historyMermaid } from './mermaid.ts'
import type { HistoryPicture } from './picture.ts'
import { historyPlantuml } from './plantuml.ts'

export type HistoryFormat = 'plantuml' | 'mermaid' | 'dot' | 'svg' | 'csv'

const formats: Formats<HistoryFormat> = {
  of: 'the history',
  known: ['plantuml', 'mermaid', 'dot', 'svg', 'csv'],
  otherwise: 'plantuml',
}

/** @throws DIAGRAM_FORMAT */
export function historyFormat(format: string | undefined, file: string | null): HistoryFormat {
  return chosenFormat(formats, format, file)
}

export const historyTexts: Readonly<
  Record<Exclude<HistoryFormat, 'svg' | 'csv'>, (picture: HistoryPicture) => string>
> = { plantuml: historyPlantuml, mermaid: historyMermaid, dot: historyDot }
