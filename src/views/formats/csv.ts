/** Tables for spreadsheets: RFC 4180. */

export type Cell = string | number | null

/** A row that begins a formula would be computed by whoever opens the file: OWASP's list. */
const FORMULA = /^[=+\-@\t\r]/

/**
 * The header and the rows, each with its line break. A text that a spreadsheet would take for a formula gets an apostrophe before it,
 * which spreadsheets read as "this is text".
 */
export function csvOf(header: readonly string[], rows: Iterable<readonly Cell[]>): string {
  let text = lineOf(header)
  for (const row of rows) text += lineOf(row)
  return text
}

function lineOf(cells: readonly Cell[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`
}

function cellOf(cell: Cell): string {
  if (typeof cell === 'number') return String(cell)
  if (cell === null) return ''
  const text = FORMULA.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
