/** `dbmig stamp` */
import { stampText } from '../output/steps.ts'
import type { Declare } from '../program.ts'

export const declare: Declare = (program, cli) => {
  program
    .command('stamp')
    .summary('set what the ledger says, and run nothing')
    .description('Makes the ledger say that the database is at the targets, and runs nothing.')
    .argument('<targets...>', 'head, base, ids, …')
    .option('--purge', 'forget everything first, also revisions without a file')
    .option('--dry-run', 'print what would be written')
    .action(
      cli.action<{ dryRun?: true; purge?: true }>(async ({ args: targets, flags, options, result }) => {
        const { stamp } = await import('../../index.ts')
        const done = await stamp({ ...options, ...flags, targets })
        await result(done, (style) => stampText(done, style))
        return 0
      }),
    )
}
