/** `dbmig stamp` */
import { Option } from 'commander'
import { addLockFlags, type LockFlags, lockWaitOf } from '../flags.ts'
import { addFleetFlags, asksFleet, type FleetFlags, printFleet } from '../fleet.ts'
import { movedCells } from '../output/fleet.ts'
import { stampText } from '../output/steps.ts'
import type { Declare } from '../program.ts'

export const declare: Declare = (program, cli) => {
  addFleetFlags(addLockFlags(program.command('stamp')))
    .summary('set what the ledger says, and run nothing')
    .description('Makes the ledger say that the database is at the targets, and runs nothing.')
    .argument('<targets...>', 'head, base, ids, …')
    .option('--purge', 'forget everything first, also revisions without a file')
    .option('--dry-run', 'print what would be written')
    .addOption(
      new Option('--sql', 'print a script for psql instead; takes one target or one range FROM:TO').conflicts(
        'dryRun',
      ),
    )
    .option('--tag <tag>', 'a word for the configuration')
    .action(
      cli.action<{ dryRun?: true; purge?: true; sql?: true; tag?: string } & LockFlags & FleetFlags>(
        async ({ args: targets, flags: { sql, ...flags }, options, result, note, json }) => {
          const { stamp, stampAll, stampSql } = await import('../../index.ts')
          if (sql) {
            const done = await stampSql({ ...options, ...flags, targets })
            await result(done, () => done.script)
            return 0
          }
          if (asksFleet(flags)) {
            const done = await stampAll({ ...options, ...flags, ...lockWaitOf(flags), targets })
            return printFleet({ result, note, json }, done, { cells: movedCells, goesOn: !flags.dryRun })
          }
          const done = await stamp({ ...options, ...flags, ...lockWaitOf(flags), targets })
          await result(done, (style) => stampText(done, style))
          return 0
        },
      ),
    )
}
