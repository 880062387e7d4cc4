/** `dbmig history` */
import { listingText } from '../output/listing.ts'
import type { Declare } from '../program.ts'

export const declare: Declare = (program, cli) => {
  program
    .command('history')
    .summary('list the revisions, newest first')
    .description('Lists the revisions, newest first, with what is applied when a URL is configured.')
    .option('-r, --range <from:to>', 'only these: <id>:, :<id>, -3:current, base:<label>@head, …')
    .option('--offline', 'leave the database alone')
    .action(
      cli.action<{ range?: string; offline?: true }>(async ({ flags, options, verbose, cwd, result }) => {
        const { history } = await import('../../index.ts')
        const listing = await history({ ...options, ...flags })
        const empty =
          flags.range === undefined
            ? 'No revisions yet: dbmig revision --autogenerate -m "…" writes the first one.'
            : 'No revisions in that range.'
        await result(listing.entries, (style) =>
          listingText(listing, { style, cwd, verbose, consecutive: true, empty }),
        )
        return 0
      }),
    )
}
