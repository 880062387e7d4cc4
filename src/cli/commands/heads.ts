/** `dbmig heads` */
import { listingText } from '../output/listing.ts'
import type { Declare } from '../program.ts'

interface Flags {
  readonly check?: true
  readonly resolveDependencies?: true
  readonly offline?: true
}

export const declare: Declare = (program, cli) => {
  program
    .command('heads')
    .summary('list the revisions that none follows')
    .description('Lists the revisions that no other revision follows.')
    .option('--check', 'exit with 3 when there is more than one')
    .option('--resolve-dependencies', 'leave out those that another revision depends on')
    .option('--offline', 'leave the database alone')
    .action(
      cli.action<Flags>(async ({ flags, options, verbose, cwd, result, note }) => {
        const { heads } = await import('../../index.ts')
        const listing = await heads({ ...options, ...flags })
        const ids = listing.entries.map(({ revision }) => revision)
        const empty = 'No revisions yet: dbmig revision --autogenerate -m "…" writes the first one.'
        await result(listing.entries, (style) =>
          listingText(listing, { style, cwd, verbose, consecutive: false, empty }),
        )
        if (!flags.check || ids.length < 2) return 0
        await note(
          () => `There are ${ids.length} heads: ${ids.join(', ')}. Make them one: ${wayOut(listing.related)}`,
        )
        return 3
      }),
    )
}

function wayOut(related: boolean): string {
  return related
    ? '"dbmig rebase" puts the branch that is not applied on the other one, "dbmig merge" joins them.'
    : '"dbmig merge" joins them. They have no ancestor in common: if they are meant to stay apart, name what a new revision needs of the other with "dbmig revision --depends-on".'
}
