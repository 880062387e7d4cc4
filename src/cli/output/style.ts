/** Colours, letters and width of a stream. */

export type Paint = (text: string) => string

export interface Style {
  readonly bold: Paint
  readonly dim: Paint
  readonly red: Paint
  readonly green: Paint
  readonly yellow: Paint
  readonly cyan: Paint
  /** For what is told apart by its number, such as the lanes of a graph: each colour as good as the others. */
  readonly palette: readonly Paint[]
  /** How wide a line may be: the terminal's columns, or no limit for a file or pipe. */
  readonly width: number
  /** Whether lines and dots beyond ASCII can be drawn. */
  readonly unicode: boolean
}

const none: Paint = (text) => text
const plain = { bold: none, dim: none, red: none, green: none, yellow: none, cyan: none, palette: [none] }

/** For what no terminal shows. */
export const plainStyle: Style = { ...plain, width: Number.POSITIVE_INFINITY, unicode: true }

export interface Stream {
  readonly isTTY?: boolean
  readonly columns?: number
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * @param flag `--color` (true), `--no-color` (false), or neither; wins over the environment
 */
export async function createStyle(
  stream: Stream,
  env: Environment,
  flag: boolean | undefined,
): Promise<Style> {
  const width = stream.isTTY ? stream.columns || 80 : Number.POSITIVE_INFINITY
  const unicode = readsUnicode(env)
  if (!(flag ?? wantsColour(stream, env))) return { ...plain, width, unicode }
  const { Chalk } = await import('chalk')
  const { bold, dim, red, green, yellow, cyan, magenta, blue } = new Chalk({ level: 1 })
  const palette = [cyan, magenta, green, yellow, blue, red]
  return { bold, dim, red, green, yellow, cyan, palette, width, unicode }
}

/** As Node does: FORCE_COLOR goes before NO_COLOR, and both before what the terminal is. */
function wantsColour(stream: Stream, env: Environment): boolean {
  const { FORCE_COLOR, NO_COLOR, TERM } = env
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false'
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false
  return stream.isTTY === true && TERM !== 'dumb'
}

/** By the locale, as POSIX ranks its variables. The console of Linux has a font of 256 letters. */
function readsUnicode({ LC_ALL, LC_CTYPE, LANG, TERM, OS }: Environment): boolean {
  if (TERM === 'linux' || TERM === 'dumb') return false
  const locale = LC_ALL || LC_CTYPE || LANG || ''
  return /utf-?8/i.test(locale) || (locale === '' && OS === 'Windows_NT')
}
