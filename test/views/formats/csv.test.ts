import fc from 'fast-check'
import { expect, test } from 'vitest'
import { csvOf } from '../../../src/views/formats/csv.ts'

/** A reader of RFC 4180 that knows nothing of the writer. */
function parse(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let at = 0
  while (at < text.length) {
    let cell = ''
    if (text[at] === '"') {
      for (at++; ; at++) {
        if (text[at] !== '"') cell += text[at]
        else if (text[at + 1] === '"') {
          cell += '"'
          at++
        } else break
      }
      at++
    } else while (at < text.length && text[at] !== ',' && text[at] !== '\r') cell += text[at++]
    row.push(cell)
    if (text[at] === ',') at++
    else {
      expect(text.slice(at, at + 2)).toBe('\r\n')
      at += 2
      rows.push(row)
      row = []
    }
  }
  return rows
}

test('what is quoted, and what is not', () => {
  expect(
    csvOf(
      ['a', 'b'],
      [
        ['x', 1],
        ['say "hi", you', null],
        ['two\nlines', ''],
      ],
    ),
  ).toBe('a,b\r\nx,1\r\n"say ""hi"", you",\r\n"two\nlines",\r\n')
})

test.each(['=1+1', '+1', '-1', '@sum(a1)', '\tx', '\rx'])('%j is text, and no formula', (text) => {
  expect(parse(csvOf(['a'], [[text]]))).toEqual([['a'], [`'${text}`]])
})

test('any other text is read back as it was', () => {
  const cell = fc.string({ unit: 'binary' }).filter((text) => !/^[=+\-@\t\r]/.test(text))
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell, fc.integer()), { maxLength: 8 }), (rows) => {
      const read = parse(csvOf(['a', 'b', 'c'], rows))
      expect(read.slice(1)).toEqual(rows.map(([a, b, c]) => [a, b, String(c)]))
    }),
  )
})
