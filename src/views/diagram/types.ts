/** Types in the short form that people write. */

const SHORT: readonly (readonly [RegExp, string])[] = [
  [/^character varying\b/, 'varchar'],
  [/^character\(/, 'char('],
  [/^bit varying\b/, 'varbit'],
  [/^timestamp(\(\d+\))? with time zone\b/, 'timestamptz$1'],
  [/^timestamp(\(\d+\))? without time zone\b/, 'timestamp$1'],
  [/^time(\(\d+\))? with time zone\b/, 'timetz$1'],
  [/^time(\(\d+\))? without time zone\b/, 'time$1'],
]

/** A type as `format_type` prints it, shorter where PostgreSQL has a shorter name for it. */
export function shortType(type: string): string {
  for (const [pattern, short] of SHORT) if (pattern.test(type)) return type.replace(pattern, short)
  return type
}
