/** What a text can have wrong that PostgreSQL would never see as SQL. */
import { DbmigError } from '../errors.ts'

/** Where a statement of a script stands: `schema.sql:12`, as far as that is known. */
export function placeOf(file: string | null, line: number | undefined): string {
  if (file === null) return 'The target schema'
  return line === undefined ? file : `${file}:${line}`
}

export function unterminated(file: string | null, line: number, text: string): DbmigError {
  const what = text.startsWith('/*') ? 'comment' : text.startsWith('"') ? 'quoted name' : 'string'
  return new DbmigError(
    'SQL_UNTERMINATED',
    `${placeOf(file, line)}: the ${what} that starts here never ends. Close it.`,
  )
}

export function metaCommand(file: string | null, line: number, command: string): DbmigError {
  return new DbmigError(
    'SQL_META_COMMAND',
    `${placeOf(file, line)}: ${command.split(/\s/)[0]} is a command of psql, not SQL. Take it out; dbmig reads SQL only.`,
  )
}
