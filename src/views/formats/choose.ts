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

/** @throws DIAGRAM_FORMAT */
export function chosenFormat<Format extends string>(
  { of, known, extensions, otherwise }: Formats<Format>,
  format: string | undefined,
  file: string | null,
): Format {
  if (format !== undefined) {
    const found = known.find((each) => each === format)
    if (found === undefined) throw unknownFormat(format, of, known)
    return found
  }
  if (file === null) return otherwise
  const extension = extname(file).toLowerCase()
  const found = Object.hasOwn(extensions, extension) ? extensions[extension] : undefined
  if (found === undefined) throw unknownExtension(file, Object.keys(extensions))
  return found
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
