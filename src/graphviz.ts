/** Graphviz, as one file of WebAssembly, where it is installed: from its language to a picture. */
import { DbmigError, messageOf } from './errors.ts'

/** `dot` lays a graph out in ranks; `nop` keeps nodes where they are placed, and only draws the lines between them. */
export type Engine = 'dot' | 'nop'

/** Fonts of the same widths as Arial, which Graphviz measures with, before whatever there is. */
const FONTS = "Arial,Helvetica,'Liberation Sans',sans-serif"

/**
 * A graph as SVG, the same for the same graph and version of Graphviz.
 *
 * @throws GRAPHVIZ_MISSING, GRAPHVIZ_FAILED
 */
export async function svgOf(dot: string, engine: Engine = 'dot'): Promise<string> {
  const { instance } = await import('@viz-js/viz').catch((error: unknown) => {
    throw graphvizMissing(error)
  })
  const graphviz = await instance()
  const result = graphviz.render(dot, { format: 'svg', engine })
  if (result.status !== 'success')
    throw graphvizFailed(result.errors.map(({ message }) => message.trim()).join('; '))
  return readable(result.output)
}

/** Tells what each thing is where browsers and screen readers look for it, and leaves out what says nothing. */
function readable(svg: string): string {
  const [title = ''] = /<title>[^<]*<\/title>/.exec(svg) ?? []
  return (
    svg
      // The version of Graphviz, and the name of each node once more.
      .replace(/<!--.*?-->\n?/gs, '')
      .replace(`${title}\n`, '')
      .replace(/<svg [^>]*>/s, (start) => `${start}\n${title}`)
      // Tooltips come as links that lead nowhere.
      .replace(/<a xlink:title="([^"]*)">/g, '<title>$1</title>')
      .replaceAll('</a>\n', '')
      .replace(/ font-family="[^"]*"/g, '')
      .replace('<svg ', `<svg font-family="${FONTS}" `)
  )
}

function graphvizMissing(cause: unknown): DbmigError {
  const code = cause instanceof Error ? String(Reflect.get(cause, 'code')) : ''
  const isMissing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND'
  return new DbmigError(
    'GRAPHVIZ_MISSING',
    isMissing
      ? 'SVG needs the package @viz-js/viz; install it with `npm install --save-dev @viz-js/viz`, or choose another format.'
      : `SVG needs the package @viz-js/viz, which does not load: ${messageOf(cause)}`,
    { exitCode: 2, cause },
  )
}

function graphvizFailed(message: string): DbmigError {
  return new DbmigError('GRAPHVIZ_FAILED', `Graphviz cannot lay the picture out: ${message}`)
}
