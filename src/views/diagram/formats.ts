/** The formats of diagrams: a text for each but SVG, which is laid out of Graphviz's. */
import { chosenFormat } from '../formats/choose.ts'
import { dbmlDiagram } from './dbml.ts'
import type { Diagram } from './diagram.ts'
import { dotDiagram } from './dot.ts'
import { mermaidDiagram } from './mermaid.ts'
import { plantumlDiagram } from './plantuml.ts'

export const DIAGRAM_FORMATS = ['plantuml', 'mermaid', 'dot', 'dbml', 'svg'] as const
export type DiagramFormat = (typeof DIAGRAM_FORMATS)[number]

export const diagramTexts: Readonly<Record<Exclude<DiagramFormat, 'svg'>, (diagram: Diagram) => string>> = {
  plantuml: plantumlDiagram,
  mermaid: mermaidDiagram,
  dot: dotDiagram,
  dbml: dbmlDiagram,
}

/**
 * The format that is asked for, else that of the file's extension, else PlantUML.
 *
 * @throws DIAGRAM_FORMAT
 */
export function formatFor(format: string | undefined, file: string | null): DiagramFormat {
  return chosenFormat({ of: 'diagrams', known: DIAGRAM_FORMATS, otherwise: 'plantuml' }, format, file)
}
