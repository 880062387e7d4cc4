/** The formats of diagrams: a text for each but SVG, which is laid out of Graphviz's. */
import { extname } from 'node:path'
import { dbmlDiagram } from './dbml.ts'
import type { Diagram } from './diagram.ts'
import { dotDiagram } from './dot.ts'
import { unknownExtension, unknownFormat } from './errors.ts'
import { mermaidDiagram } from './mermaid.ts'
import { plantumlDiagram } from './plantuml.ts'

export const DIAGRAM_FORMATS = ['plantuml', 'mermaid', 'dot', 'dbml', 'svg'] as const
export type DiagramFormat = (typeof DIAGRAM_FORMATS)[number]

const OF_EXTENSION: Readonly<Record<string, DiagramFormat>> = {
  '.puml': 'plantuml',
  '.plantuml': 'plantuml',
  '.mmd': 'mermaid',
  '.mermaid': 'mermaid',
  '.dot': 'dot',
  '.gv': 'dot',
  '.dbml': 'dbml',
  '.svg': 'svg',
}

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
  if (format !== undefined) {
    const known = DIAGRAM_FORMATS.find((each) => each === format)
    if (known === undefined) throw unknownFormat(format, DIAGRAM_FORMATS)
    return known
  }
  if (file === null) return 'plantuml'
  const known = OF_EXTENSION[extname(file).toLowerCase()]
  if (known === undefined) throw unknownExtension(file, Object.keys(OF_EXTENSION))
  return known
}
