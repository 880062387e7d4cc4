/** Column types and default values in Kysely's words, where it has them. */
import { quoteString, sqlTemplate } from './source.ts'

/** The names that `format_type` prints, as Kysely's builder calls them. */
const RENAMED: readonly (readonly [RegExp, string])[] = [
  [/^character varying$/, 'varchar'],
  [/^character varying\((\d+)\)$/, 'varchar($1)'],
  [/^character\((\d+)\)$/, 'char($1)'],
  [/^numeric\((\d+),(\d+)\)$/, 'numeric($1, $2)'],
  [/^timestamp with time zone$/, 'timestamptz'],
  [/^timestamp\((\d+)\) with time zone$/, 'timestamptz($1)'],
  [/^timestamp without time zone$/, 'timestamp'],
  [/^timestamp\((\d+)\) without time zone$/, 'timestamp($1)'],
  [/^time with time zone$/, 'timetz'],
  [/^time\((\d+)\) with time zone$/, 'timetz($1)'],
  [/^time without time zone$/, 'time'],
  [/^time\((\d+)\) without time zone$/, 'time($1)'],
]

const SAME: ReadonlySet<string> = new Set([
  ...[
    'text',
    'integer',
    'smallint',
    'bigint',
    'boolean',
    'real',
    'double precision',
    'numeric',
    'bytea',
    'date',
  ],
  ...[
    'uuid',
    'json',
    'jsonb',
    'int4range',
    'int4multirange',
    'int8range',
    'int8multirange',
    'numrange',
    'nummultirange',
  ],
  ...['tsrange', 'tsmultirange', 'tstzrange', 'tstzmultirange', 'daterange', 'datemultirange'],
])

/** A type as the second argument of `addColumn`: one of Kysely's words, or an `sql` template. */
export function columnType(type: string): string {
  if (SAME.has(type)) return quoteString(type)
  for (const [pattern, name] of RENAMED)
    if (pattern.test(type)) return quoteString(type.replace(pattern, name))
  return sqlTemplate(type)
}

const QUOTED_DEFAULT = /^'((?:[^']|'')*)'::(.+)$/s
const NUMERIC_TYPES: ReadonlySet<string> = new Set([
  'smallint',
  'integer',
  'bigint',
  'numeric',
  'real',
  'double precision',
])

/**
 * A default as the argument of `defaultTo` and `setDefault`: a plain value where PostgreSQL would read it back to the
 * same expression, else an `sql` template.
 *
 * @param baseType the column's type without modifiers
 */
export function defaultValue(expression: string, baseType: string): string {
  if ((expression === 'true' || expression === 'false') && baseType === 'boolean') return expression
  if (/^\d{1,15}$/.test(expression) && NUMERIC_TYPES.has(baseType)) return String(Number(expression))
  const quoted = QUOTED_DEFAULT.exec(expression)
  if (
    quoted?.[1] !== undefined &&
    quoted[2] === baseType &&
    !quoted[1].includes('\\') &&
    !NUMERIC_TYPES.has(baseType)
  ) {
    return quoteString(quoted[1].replaceAll("''", "'"))
  }
  return sqlTemplate(expression)
}
