/** Which format a picture is written in: the one that is asked for, else that of the file's extension. */
import { basename, extname } from 'node:path'
import { DbmigError } from '../../errors.ts'

export interface Formats<Format extends string> {
  /** What is drawn, in the message: `diagrams`. */
  readonly of: string
  readonly known: readonly Format[]
  /** With their dots. */
  readonly extensions: Readonly<Record<string, Format>>
  /** Where neither a format nor a file is named. */
  readonly otherwise: Format
}

/** @throws DIAGRAM_FORMAT, also where the file's extension is that of another one */
export function chosenFormat<Format extends string>(
  { of, known, extensions, otherwise }: Formats<Format>,
  format: string | undefined,
  file: string | null,
): Format {
  const extension = file === null ? '' : extname(file).toLowerCase()
  const said = Object.hasOwn(extensions, extension) ? extensions[extension] : undefined
  if (format !== undefined) {
    const found = known.find((each) => each === format)
    if (found === undefined) throw unknownFormat(format, of, known)
    if (file !== null && said !== undefined && said !== found) throw otherExtension(file, said, found)
    return found
  }
  if (file === null) return otherwise
  if (said === undefined) throw unknownExtension(file, Object.keys(extensions))
  return said
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
