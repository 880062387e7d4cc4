/** What can go wrong while a diagram is drawn. */
import { DbmigError } from '../../errors.ts'

/**
 * @param state what the schema is called
 * @param guess what was probably meant
 */
export function nothingNamed(
  flag: '--only' | '--around',
  pattern: string,
  state: string,
  guess: string | undefined,
): DbmigError {
  const advice = guess === undefined ? 'Correct it, or leave it out.' : `Did you mean "${guess}"?`
  return new DbmigError(
    'DIAGRAM_NOTHING_NAMED',
    `${flag} "${pattern}" names no table, view or enum in ${state}. ${advice}`,
    { exitCode: 2 },
  )
}

export function depthOfNothing(): DbmigError {
  return new DbmigError(
    'DIAGRAM_DEPTH',
    '--depth says how far the picture goes from a table, or from what differs. Write --around TABLE with it, or --diff A..B.',
    { exitCode: 2 },
  )
}

export function differenceOrState(range: string): DbmigError {
  return new DbmigError(
    'DIAGRAM_DIFF_STATE',
    `--diff ${range} says both states, and --live and --at say one more. Leave out one of the two.`,
    { exitCode: 2 },
  )
}
