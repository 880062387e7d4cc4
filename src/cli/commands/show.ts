/** `dbmig show` */
import { listingText } from '../output/listing.ts'
import type { Declare } from '../program.ts'

export const declare: Declare = (program, cli) => {
  program
    .command('show')
    .summary('show all about revisions')
    .description('Shows all that the file and the ledger say about revisions.')
    .argument('<targets...>', 'ids or the start of them, head, heads, current, …')
    .option('--offline', 'leave the database alone')
    .action(
      cli.action<{ offline?: true }>(async ({ args: targets, flags, options, cwd, result }) => {
        const { show } = await import('../../index.ts')
        const listing = await show({ ...options, ...flags, targets })
        const empty = `No revision is at ${targets.join(', ')}.`
        await result(listing.entries, (style) =>
          listingText(listing, { style, cwd, verbose: true, consecutive: false, empty }),
        )
        return 0
      }),
    )
}
