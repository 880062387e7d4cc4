/** `dbmig log` */
import { expectAlone, notTogether } from '../errors.ts'
import { fullLogText, logText, verificationText } from '../output/log.ts'
import type { Declare } from '../program.ts'

interface Flags {
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
  program
    .command('log')
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
      cli.action<Flags>(async ({ flags, options, verbose, json, result }) => {
        const { log, logCsv, verifyLog } = await import('../../index.ts')
        const { csv, verify, expect, ...filter } = flags
        if (csv && json) throw notTogether(['--csv', '--json'], 'each is a form of its own')
        if (expect !== undefined && !verify) throw expectAlone()
        if (verify) {
          const [other] = Object.keys({ ...filter, ...(csv ? { csv } : {}) })
          if (other !== undefined)
            throw notTogether(['--verify', `--${other}`], 'it looks at the whole log, and says what it found')
          const found = await verifyLog({ ...options, expect })
          await result(found, (style) => verificationText(found, style))
          return found.ok ? 0 : 3
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
