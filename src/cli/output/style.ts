/** Colours and width of a stream. */

export type Paint = (text: string) => string

export interface Style {
  readonly bold: Paint
  readonly dim: Paint
  readonly red: Paint
  readonly green: Paint
  readonly yellow: Paint
  readonly cyan: Paint
  /** How wide a line may be: the terminal's columns, or no limit for a file or pipe. */
  readonly width: number
}

const none: Paint = (text) => text
const plain = { bold: none, dim: none, red: none, green: none, yellow: none, cyan: none }

export interface Stream {
  readonly isTTY?: boolean
  readonly columns?: number
}

/**
 * @param flag `--color` (true), `--no-color` (false), or neither; wins over the environment
 */
export async function createStyle(
  stream: Stream,
  env: Readonly<Record<string, string | undefined>>,
  flag: boolean | undefined,
): Promise<Style> {
  const width = stream.isTTY ? stream.columns || 80 : Number.POSITIVE_INFINITY
  if (!(flag ?? wantsColour(stream, env))) return { ...plain, width }
  const { Chalk } = await import('chalk')
  const { bold, dim, red, green, yellow, cyan } = new Chalk({ level: 1 })
  return { bold, dim, red, green, yellow, cyan, width }
}

/** As Node does: FORCE_COLOR goes before NO_COLOR, and both before what the terminal is. */
function wantsColour(stream: Stream, env: Readonly<Record<string, string | undefined>>): boolean {
  const { FORCE_COLOR, NO_COLOR, TERM } = env
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false'
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false
  return stream.isTTY === true && TERM !== 'dumb'
}
