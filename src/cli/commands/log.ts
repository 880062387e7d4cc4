/** `dbmig log` */
import { localTime } from '../../dates.ts'
import type { LogRow, LogVerification } from '../../index.ts'
import { expectAlone, notOfMany, notTogether } from '../errors.ts'
import { addFleetFlags, asksFleet, type FleetFlags, printFleet } from '../fleet.ts'
import { fullLogText, logText, verificationText } from '../output/log.ts'
import type { Declare } from '../program.ts'

interface Flags extends FleetFlags {
  readonly since?: string
  readonly until?: string
  readonly revision?: string[]
  readonly failed?: true
  readonly limit?: string
  readonly csv?: true
  readonly verify?: true
  readonly expect?: string
}

export const declare: Declare = (program, cli) => {
  addFleetFlags(program.command('log'))
    .summary('list all that ever ran, newest first')
    .description(
      'Lists what the database has recorded of every upgrade, downgrade, stamp and failure, newest first. With --verify, says whether that record is still as it was written.',
    )
    .option('--since <date>', 'only what ended then or later: 2026-11-22, 2026-11-22T12:31')
    .option('--until <date>', 'only what ended then or before; a day counts to its end')
    .option('--revision <ids...>', 'only these revisions: ids, or how they begin')
    .option('--failed', 'only failures')
    .option('--limit <n>', 'only the last n rows')
    .option('--csv', 'a table for a spreadsheet')
    .option('--verify', 'exit with 3 if a row was changed or removed')
    .option('--expect <hash>', 'with --verify: a row must have this hash, which was noted before')
    .action(
      cli.action<Flags>(async ({ flags, options, verbose, json, result, note }) => {
        const { log, logAll, logCsv, verifyLog, verifyLogAll } = await import('../../index.ts')
        const { csv, verify, expect, all, only, shard, concurrency, failFast, ...filter } = flags
        const ofMany = { only, shard, concurrency, failFast }
        const isOfMany = asksFleet(flags)
        if (csv && json) throw notTogether(['--csv', '--json'], 'each is a form of its own')
        if (expect !== undefined && !verify) throw expectAlone()
        if (verify) {
          const [other] = Object.keys({ ...filter, ...(csv ? { csv } : {}) })
          if (other !== undefined)
            throw notTogether(['--verify', `--${other}`], 'it looks at the whole log, and says what it found')
          if (isOfMany) {
            if (expect !== undefined)
              throw notTogether(['--expect', all ? '--all' : '--only'], 'a hash is of one database')
            return printFleet({ result, note, json }, await verifyLogAll({ ...options, ...ofMany }), {
              cells: ({ verification }) => verificationCells(verification),
              saidNo: ({ verification }) => !verification.ok,
            })
          }
          const found = await verifyLog({ ...options, expect })
          await result(found, (style) => verificationText(found, style))
          return found.ok ? 0 : 3
        }
        if (isOfMany) {
          const shown = csv ? '--csv' : verbose && !json ? '--verbose' : undefined
          if (shown !== undefined) throw notOfMany(shown, 'rows')
          return printFleet({ result, note, json }, await logAll({ ...options, ...ofMany, ...filter }), {
            cells: ({ rows }) => logCells(rows),
          })
        }
        const rows = await log({ ...options, ...filter })
        await result(rows, (style) => {
          // A line break is added to what is printed.
          if (csv) return logCsv(rows).then((text) => text.replace(/\n$/, ''))
          if (rows.length > 0) return verbose ? fullLogText(rows, style) : logText(rows, style)
          return Object.keys(filter).length > 0 ? 'No such row in the log.' : 'Nothing has run yet.'
        })
        return 0
      }),
    )
}

/** The line of one database among many. */
function logCells(rows: readonly LogRow[]): string {
  const [last] = rows
  if (last === undefined) return 'no rows'
  const { outcome, revision, finishedAt } = last
  const failed = rows.filter((row) => row.outcome === 'failed').length
  const what = outcome === 'failed' ? `${revision} failed` : `${outcome} ${revision}`
  return `${countOf(rows.length)}, last ${what} on ${localTime(finishedAt)}${failed === 0 ? '' : `, ${failed} failed`}`
}

function verificationCells({ ok, rows, chained, problems }: LogVerification): string {
  if (rows === 0 && ok) return 'no rows'
  if (ok && chained === 0) return `not chained: ${countOf(rows)}`
  if (ok) return `as it was written: ${countOf(rows)}`
  const [first = '', ...others] = problems.map(({ message }) => message.replace(/\.$/, ''))
  return `not as it was written: ${first}${others.length === 0 ? '' : `, and ${others.length} more`}`
}

function countOf(rows: number): string {
  return rows === 1 ? '1 row' : `${rows} rows`
}
