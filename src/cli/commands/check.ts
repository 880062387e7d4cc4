/** `dbmig check` */
import type { CheckResult } from '../../index.ts'
import { addFleetFlags, asksFleet, type FleetFlags, printFleet } from '../fleet.ts'
import { changedSinceText } from '../output/changed-since.ts'
import { changesText } from '../output/changes.ts'
import type { Declare } from '../program.ts'

interface Flags extends FleetFlags {
  readonly cache: boolean
}

export const declare: Declare = (program, cli) => {
  addFleetFlags(program.command('check'))
    .summary('compare the database with the schema; exit with 3 if they differ')
    .description('Compares the live database with the target schema. Exits with 3 when they differ.')
    .option('--no-cache', 'build the schema anew, also where nothing has changed since it was built before')
    .action(
      cli.action<Flags>(async ({ flags, options, own, result, note, json }) => {
        const { check, checkAll } = await import('../../index.ts')
        if (asksFleet(flags)) {
          const fleet = await checkAll({ ...options, ...flags })
          return printFleet({ result, note, json }, fleet, {
            cells: checkCells,
            saidNo: ({ upToDate }) => !upToDate,
          })
        }
        const found = await check({ ...options, ...flags })
        const { upToDate, changes, edited } = found
        await result(found, (style) =>
          upToDate
            ? 'Up to date: the database is as the schema says.'
            : `${changesText(changes, style)}\n${own('The database differs from the schema: dbmig revision --autogenerate -m "…" writes the way there.')}`,
        )
        if (edited.length > 0) await note((style) => changedSinceText(edited, style))
        return upToDate ? 0 : 3
      }),
    )
}

/** The line of one database among many. */
function checkCells({ upToDate, changes }: CheckResult): string {
  if (upToDate) return 'up to date'
  const [first, ...others] = changes.map(({ summary }) => summary)
  return others.length === 0 ? `differs: ${first}` : `differs: ${first}, and ${others.length} more`
}
