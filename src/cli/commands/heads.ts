/** `dbmig heads` */
import { listingText } from '../output/listing.ts'
import type { Declare } from '../program.ts'

export const declare: Declare = (program, cli) => {
  program
    .command('heads')
    .summary('list the revisions that none follows')
    .description('Lists the revisions that no other revision follows.')
    .option('--offline', 'leave the database alone')
    .action(
      cli.action<{ offline?: true }>(async ({ flags, options, verbose, cwd, result }) => {
        const { heads } = await import('../../index.ts')
        const listing = await heads({ ...options, ...flags })
        const empty = 'No revisions yet: dbmig revision --autogenerate -m "…" writes the first one.'
        await result(listing.entries, (style) =>
          listingText(listing, { style, cwd, verbose, consecutive: false, empty }),
        )
        return 0
      }),
    )
}
