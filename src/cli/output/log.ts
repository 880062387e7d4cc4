/** The log as text: a line each, or everything that is known of each; and what verifying it found. */

import { exactTime, localTime } from '../../dates.ts'
import type { LogRow, LogVerification } from '../../index.ts'
import { durationText } from './durations.ts'
import type { Paint, Style } from './style.ts'
import { cut, joinWithin, type Part, widthOf } from './text.ts'

const WORD_WIDTH = 'failed down'.length
const NAME_WIDTH = 12

/** One line for each row, and one more for what a failure says. */
export function logText(rows: readonly LogRow[], style: Style): string {
  const idWidth = Math.min(
    longest(rows, ({ revision }) => revision),
    32,
  )
  return rows.flatMap((row) => rowLines(row, idWidth, style)).join('\n')
}

function rowLines(row: LogRow, idWidth: number, style: Style): string[] {
  const start: Part[] = [
    { text: `${localTime(row.finishedAt)}  `, paint: style.dim },
    { text: wordOf(row).padEnd(WORD_WIDTH), paint: paintOf(row, style) },
    { text: '  ' },
    { text: row.revision.padEnd(idWidth), paint: style.cyan },
    { text: '  ' },
  ]
  const end: Part = { text: `  ${whoOf(row)}  ${durationText(row.durationMs)}`, paint: style.dim }
  const room = style.width - [...start, end].reduce((width, { text }) => width + widthOf(text), 0)
  // Below 16 letters a message says nothing.
  const message = { text: cut(row.message, Math.max(room, 16), style) }
  const indent = ' '.repeat(localTime(row.finishedAt).length + 2)
  const failure: Part[] = [{ text: indent }, { text: errorOf(row), paint: style.red }]
  return [
    joinWithin([...start, message, end], style.width, style),
    ...(row.error === null ? [] : [joinWithin(failure, style.width, style)]),
  ]
}

/** Everything that the log knows of each row. */
export function fullLogText(rows: readonly LogRow[], style: Style): string {
  return rows.map((row) => fullRow(row, style)).join('\n\n')
}

function fullRow(row: LogRow, style: Style): string {
  const fields: [name: string, part: Part][] = [
    ['Row', { text: String(row.id) }],
    ['What', { text: wordOf(row), paint: paintOf(row, style) }],
    ['Revision', { text: row.revision, paint: style.cyan }],
    ['Message', { text: row.message }],
    ['Began', { text: exactTime(row.startedAt) }],
    ['Ended', { text: `${exactTime(row.finishedAt)}, in ${durationText(row.durationMs)}` }],
    ['By', { text: `${row.by} (${whoOf(row)})` }],
    ['With', { text: `dbmig ${row.dbmigVersion}` }],
    ['Checksum', { text: row.checksum ?? '' }],
    ['Error', { text: errorOf(row), paint: style.red }],
    ['Hash', { text: row.hash ?? 'none: the row is not chained' }],
  ]
  return fields
    .filter(([, { text }]) => text !== '')
    .map(([name, part]) =>
      joinWithin(
        [{ text: name.padEnd(NAME_WIDTH), paint: style.dim }, part],
        Number.POSITIVE_INFINITY,
        style,
      ),
    )
    .join('\n')
}

/** No problem, or one line each; of many the first. */
export function verificationText(found: LogVerification, style: Style): string {
  const { head, expected, problems } = found
  const sign = style.red(style.unicode ? '✗' : 'x')
  const said = problems
    .slice(0, most)
    .map(({ message }) => joinWithin([{ text: message }], Number.POSITIVE_INFINITY, style))
  const more = problems.length - said.length
  const end = [
    countText(found, style),
    ...(expected === null ? [] : [`The expected hash is that of row ${expected.id}.`]),
    ...(head === null ? [] : [`Row ${head.id} is the last of the chain: ${head.hash}`]),
  ]
  return [
    ...said.map((text) => `${sign} ${text}`),
    ...(more > 0 ? [style.red(`and ${more} more (--json names them all)`)] : []),
    ...end,
  ].join('\n')
}

/** Where nothing is chained, nothing says that the rows are as they were written. */
function countText({ ok, rows, chained }: LogVerification, style: Style): string {
  const count = `${rows} ${rows === 1 ? 'row' : 'rows'}`
  if (ok && rows === 0) return 'The log has no rows.'
  if (ok && chained === 0)
    return `${style.yellow('The log is not chained')}: it has ${count} without a hash, and nobody can say whether they are as they were written.`
  const older = rows - chained
  return `${ok ? style.green('The log is as it was written') : style.red('The log is not as it was written')}: ${count}${
    older === 0 ? '' : `, ${older} of them without a hash, of which nothing can be said`
  }.`
}

const most = 20

function wordOf({ outcome, direction }: LogRow): string {
  return outcome === 'failed' ? `failed ${direction}` : outcome
}

function paintOf({ outcome }: LogRow, { green, yellow, red }: Style): Paint {
  if (outcome === 'failed') return red
  return outcome === 'applied' || outcome === 'stamped' ? green : yellow
}

/** `ann@laptop`, or the database user where nobody knows more. */
function whoOf({ by, osUser, host }: LogRow): string {
  return [osUser, host].filter((part) => part !== null).join('@') || by
}

function errorOf({ error, errorCode }: LogRow): string {
  return `${error ?? ''}${errorCode === null ? '' : ` (${errorCode})`}`.replace(/\s*\n\s*/g, ' ')
}

function longest(rows: readonly LogRow[], textOf: (row: LogRow) => string): number {
  return rows.reduce((width, row) => Math.max(width, textOf(row).length), 0)
}
