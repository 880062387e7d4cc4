/** What Mermaid's own parser reads of a flowchart. */
import DOMPurify from 'dompurify'
import mermaid from 'mermaid'

// Mermaid cleans labels as soon as it reads them, for which it wants a browser: what is cleaned here is shown nowhere.
Object.assign(DOMPurify, { addHook: () => {}, sanitize: (text: string) => text })

export interface ReadFlowchart {
  readonly nodes: readonly {
    readonly id: string
    readonly lines: readonly string[]
    readonly classes: readonly string[]
  }[]
  readonly edges: readonly { readonly from: string; readonly to: string; readonly dashed: boolean }[]
}

interface FlowData {
  getVertices(): Map<
    string,
    { readonly id: string; readonly text: string; readonly classes: readonly string[] }
  >
  getEdges(): readonly { readonly start: string; readonly end: string; readonly stroke: string }[]
}

/** @throws where Mermaid does not take the text */
export async function readFlowchart(text: string): Promise<ReadFlowchart> {
  await mermaid.parse(text)
  const { db } = await mermaid.mermaidAPI.getDiagramFromText(text)
  const data = db as unknown as FlowData
  return {
    nodes: [...data.getVertices().values()].map(({ id, text, classes }) => ({
      id,
      lines: text.split('<br/>').map(shown),
      classes,
    })),
    edges: data
      .getEdges()
      .map(({ start, end, stroke }) => ({ from: start, to: end, dashed: stroke === 'dotted' })),
  }
}

/** Without its tags, which a text itself can have none of, and with what stands for a mark put back. */
function shown(html: string): string {
  return html
    .replace(/<\/?(?:b|i|small)>/g, '')
    .replace(/ﬂ°°(\d+)¶ß/g, (_, code: string) => String.fromCodePoint(Number(code)))
}
