/** What can go wrong while types are made of a catalog. */
import { DbmigError } from '../errors.ts'

/**
 * @param key as the configuration has it
 * @param of what the types are made of: `the declared schema`
 * @param guess what was probably meant
 */
export function overrideUnknown(
  what: 'column' | 'type',
  key: string,
  of: string,
  guess: string | undefined,
): DbmigError {
  const advice =
    guess !== undefined
      ? `Did you mean '${guess}'?`
      : what === 'column'
        ? "Write 'table.column', or 'schema.table.column' outside of the default schema."
        : "Write it as PostgreSQL prints it, such as 'numeric', 'public.mood' or 'numeric[]'."
  return new DbmigError(
    'TYPES_OVERRIDE',
    `types.overrides.${what}s names '${key}', and ${of} has no such ${what}. ${advice}`,
    { exitCode: 2 },
  )
}
