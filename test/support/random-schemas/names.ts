/** Names and texts that a careless tool writes wrongly. */
import fc from 'fast-check'

const hostile: readonly string[] = [
  'users',
  'Mixed Case',
  'select',
  'user',
  'quo"te',
  "it's",
  'back\\slash',
  'tick`s',
  '$' + '{x}',
  'dotted.name',
  'ünïcødé',
  '日本',
  '--',
  '/* c */',
  '$$',
  '%s',
  'line\nbreak',
  ' padded ',
  'semi;colon',
  'par(en)',
  'a,b',
  'name:part',
  '1st',
  'tab\there',
  'x'.repeat(63),
  `${'é'.repeat(31)}z`,
  'order',
  'value',
  'type',
  "E'\\n",
]

/** So many different names, in any order. */
export function distinctNames(count: number): fc.Arbitrary<readonly string[]> {
  return fc.shuffledSubarray([...hostile], { minLength: count, maxLength: count })
}

/** A comment, a label or a default of type text. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...hostile),
  fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }).filter((text) => !text.includes('\0')),
)

/** An identifier in SQL. */
export function ident(...parts: readonly string[]): string {
  return parts.map((part) => `"${part.replaceAll('"', '""')}"`).join('.')
}

/** A string in SQL. */
export function literal(text: string): string {
  const quoted = `'${text.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`
  return text.includes('\\') ? `E${quoted}` : `'${text.replaceAll("'", "''")}'`
}
