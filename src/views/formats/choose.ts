/** Which format a picture is written in: the one that is asked for, else that of the file's extension. */
import { basename, extname } from 'node:path'
import { DbmigError } from '../../errors.ts'

export interface Formats<Format extends string> {
  /** What is drawn, in the message: `diagrams`. */
  readonly of: string
  readonly known: readonly Format[]
  /** Where neither a format nor a file is named. */
  readonly otherwise: Format
}

/** Of all kinds of picture: each takes those of the formats that it knows. */
const formatOfExtension: ReadonlyMap<string, string> = new Map([
  ['.puml', 'plantuml'],
  ['.plantuml', 'plantuml'],
  ['.mmd', 'mermaid'],
  ['.mermaid', 'mermaid'],
  ['.dot', 'dot'],
  ['.gv', 'dot'],
  ['.dbml', 'dbml'],
  ['.svg', 'svg'],
  ['.csv', 'csv'],
])

/** @throws DIAGRAM_FORMAT, also where the file's extension is that of another one */
export function chosenFormat<Format extends string>(
  { of, known, otherwise }: Formats<Format>,
  format: string | undefined,
  file: string | null,
): Format {
  const ofFile = file === null ? undefined : formatOfExtension.get(extname(file).toLowerCase())
  const said = known.find((each) => each === ofFile)
  if (format !== undefined) {
    const found = known.find((each) => each === format)
    if (found === undefined) throw unknownFormat(format, of, known)
    if (file !== null && said !== undefined && said !== found) throw otherExtension(file, said, found)
    return found
  }
  if (file === null) return otherwise
  if (said === undefined) throw unknownExtension(file, extensionsOf(known))
  return said
}

function extensionsOf(known: readonly string[]): string[] {
  return [...formatOfExtension].flatMap(([extension, format]) => (known.includes(format) ? [extension] : []))
}

function unknownFormat(format: string, of: string, known: readonly string[]): DbmigError {
  return new DbmigError(
    'DIAGRAM_FORMAT',
    `There is no format "${format}" for ${of}. Choose one of ${known.join(', ')}.`,
    { exitCode: 2 },
  )
}

function unknownExtension(file: string, known: readonly string[]): DbmigError {
  return new DbmigError(
    'DIAGRAM_FORMAT',
    `The name of ${basename(file)} says no format. Let it end in ${known.slice(0, -1).join(', ')} or ${known.at(-1)}, or say --format.`,
    { exitCode: 2 },
  )
}

function otherExtension(file: string, said: string, format: string): DbmigError {
  return new DbmigError(
    'DIAGRAM_FORMAT',
    `The name of ${basename(file)} says ${said}, and --format says ${format}. Leave out --format, or let the name end otherwise.`,
    { exitCode: 2 },
  )
}
