/** Names of every kind in every format, read back by the format's own parser. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dbmlName, dbmlString, dbmlType } from '../../../src/views/formats/dbml.ts'
import { dotHtml, dotString } from '../../../src/views/formats/dot.ts'
import { mermaidString, mermaidWord } from '../../../src/views/formats/mermaid.ts'
import { plantumlText } from '../../../src/views/formats/plantuml.ts'
import { asciiWord, cut, visible, wrapped } from '../../../src/views/formats/visible.ts'
import { oddName } from '../../support/odd-names.ts'
import { readDbml, readDot, readMermaid } from '../../support/pictures.ts'

const names = fc.uniqueArray(oddName, { minLength: 2, maxLength: 2, selector: visible })

test('Mermaid reads quoted names, words and comments of every kind', async () => {
  await fc.assert(
    fc.asyncProperty(names, oddName, oddName, async ([a = '', b = ''], column, comment) => {
      const word = mermaidWord(column)
      const read = await readMermaid(
        `erDiagram\n${mermaidString(a)} {\n${word} ${word} PK ${mermaidString(comment)}\n}\n${mermaidString(b)}\n${mermaidString(a)} }o--|| ${mermaidString(b)} : ${mermaidString(column)}\n`,
      )
      expect(read).toEqual({
        entities: [
          {
            name: visible(a),
            attributes: [
              { type: word.replaceAll('\u201a', ','), name: word, keys: ['PK'], comment: visible(comment) },
            ],
          },
          { name: visible(b), attributes: [] },
        ],
        relations: [
          {
            from: visible(a),
            to: visible(b),
            label: visible(column),
            fromEnd: 'ZERO_OR_MORE',
            toEnd: 'ONLY_ONE',
          },
        ],
      })
    }),
    { numRuns: 200 },
  )
})

test('Graphviz reads names and HTML-like labels of every kind', async () => {
  await fc.assert(
    fc.asyncProperty(names, async (pair) => {
      // Graphviz keeps names that begin with % to itself.
      const [a, b] = [`a${pair[0]}`, `b${pair[1]}`]
      const read = await readDot(
        `digraph { ${dotString(a)} [shape=plain label=<<TABLE><TR><TD TITLE="${dotHtml(b)}">${dotHtml(a)}</TD></TR></TABLE>>]; ${dotString(b)} [label=${dotString(b)}]; ${dotString(a)} -> ${dotString(b)} }`,
      )
      // A backslash stays doubled in the name of a node: only labels are read as escaped.
      expect(read.nodes).toEqual([a, b].map((name) => visible(name).replaceAll('\\', '\\\\')))
      expect(read.edges).toHaveLength(1)
    }),
    { numRuns: 60 },
  )
})

test('DBML gives every character of a name, a type and a note back', () => {
  fc.assert(
    fc.property(names, oddName, oddName, ([a = '', b = ''], column, type) => {
      const read = readDbml(
        `Table ${dbmlName(a)} {\n${dbmlName(column)} ${dbmlType(type)} [note: ${dbmlString(`<${b}>`)}]\n}\nEnum ${dbmlName(`e${b}`)} {\n${dbmlName(b)}\n}\n`,
      )
      expect(read).toMatchObject({
        tables: [{ name: a, columns: [{ name: column, type, note: `<${b}>` }] }],
        enums: [{ name: `e${b}`, labels: [b] }],
      })
    }),
    { numRuns: 100 },
  )
})

describe('a text in PlantUML', () => {
  test('has a code for each mark that may mean something', () => {
    expect(plantumlText('a"b<c>__d__ //e// \'f')).toBe(
      'a<U+0022>b<U+003C>c<U+003E><U+005F><U+005F>d<U+005F><U+005F> <U+002F><U+002F>e<U+002F><U+002F> <U+0027>f',
    )
  })

  test('stays as it is where a type has brackets, dots and commas', () => {
    expect(plantumlText('numeric(10,2)[]')).toBe('numeric(10,2)[]')
    expect(plantumlText('audit.event_log')).toBe('audit.event_log')
  })

  test('keeps letters of all scripts and emoji', () => {
    expect(plantumlText('naïve 日本語 😀')).toBe('naïve 日本語 😀')
  })
})

test('a line break is seen as a sign, and what cannot be seen as one too', () => {
  expect(visible('a\r\nb\u0001c\u202ed')).toBe('a↵b\ufffdc\ufffdd')
})

test('what is cut says so, and is not cut within a character', () => {
  expect(cut('😀😀😀😀', 3)).toBe('😀😀…')
  expect(cut('abc', 3)).toBe('abc')
})

test('a word of ASCII has a _ for each other character', () => {
  expect(asciiWord('my täble😀')).toBe('my_t_ble_')
})

test('words go on in the next line where they would be too many', () => {
  expect(wrapped('one two three  four', 9)).toEqual(['one two', 'three', 'four'])
})
