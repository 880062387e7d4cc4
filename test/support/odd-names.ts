/** Names as PostgreSQL takes them and formats of pictures may not: marks, spaces, line breaks, emoji, words of the formats, 63 bytes. */
import * as fc from 'fast-check'

const WORDS = [
  ...[
    'o',
    'u',
    'to',
    'one',
    'many',
    'only one',
    'zero or more',
    'end',
    'title',
    'direction LR',
    'PK',
    'fk',
    'UK',
  ],
  ...[
    'classDef',
    'class',
    'style',
    'subgraph',
    'erDiagram',
    'accTitle: x',
    'accDescr {',
    'style x:#1;',
    '1. x',
  ],
  ...['entity', 'package', 'note', 'hide', 'skinparam', '@enduml', '!include x', '%upper("x")', '$x', '- x'],
  ...[
    'graph',
    'digraph',
    'node',
    'edge',
    'strict',
    'cluster_x',
    'null',
    'table',
    'Ref',
    'enum',
    'TableGroup',
  ],
  ...[
    'as',
    'primary key',
    'constructor',
    '__proto__',
    'toString',
    '<b>x</b>',
    '&amp;',
    '&#34;',
    '\\',
    '\\"',
    '\\n',
  ],
  ...[
    '"',
    "'",
    '`',
    '``',
    '[[x]]',
    '{x}',
    '}',
    '~x~y~',
    '%%',
    "/'",
    '//',
    '__x__',
    '**',
    ' ',
    '  x',
    '日本語',
    '😀',
  ],
  ...[
    'a.b',
    'a"."b',
    '\n',
    'x\ny',
    '\t',
    '#',
    '#35;',
    'x;',
    ':',
    '::',
    '<U+0022>',
    'e\u0301',
    '\u200b',
    '|',
    '--',
  ],
  ...['x'.repeat(63), 'ü'.repeat(31), '日'.repeat(21), '😀'.repeat(15)],
]

/** Of at most 63 bytes, not empty, without NUL. */
export const oddName: fc.Arbitrary<string> = fc
  .oneof(
    fc.constantFrom(...WORDS),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
    fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 3 }).map((words) => words.join(' ')),
  )
  .map(clipped)
  .filter((name) => name !== '')

function clipped(name: string): string {
  let bytes = 0
  let result = ''
  for (const character of name.replaceAll('\0', '')) {
    bytes += Buffer.byteLength(character)
    if (bytes > 63) break
    result += character
  }
  return result
}
