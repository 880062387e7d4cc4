/** `dbmig current` */
import type { Current } from '../../index.ts'
import { addFleetFlags, asksFleet, type FleetFlags, printFleet } from '../fleet.ts'
import { fullEntry } from '../output/entry.ts'
import { insideLines } from '../output/inside.ts'
import { line } from '../output/line.ts'
import type { Style } from '../output/style.ts'
import type { Declare } from '../program.ts'

export const declare: Declare = (program, cli) => {
  addFleetFlags(program.command('current'))
    .summary('show where the database is')
    .description(
      'Shows the applied revisions that no applied revision follows, and how many revisions are pending.',
    )
    .option('--check-heads', 'exit with 3 unless everything is applied')
    .action(
      cli.action<{ checkHeads?: true } & FleetFlags>(
        async ({ flags, options, verbose, cwd, own, result, note, json }) => {
          const { current, currentAll } = await import('../../index.ts')
          const saidNo = ({ pending, unknown }: Current) =>
            flags.checkHeads === true && (pending > 0 || unknown.length > 0)
          if (asksFleet(flags)) {
            const fleet = await currentAll({ ...options, ...flags })
            return printFleet({ result, note, json }, fleet, { json: placeOf, cells: currentCells, saidNo })
          }
          const found = await current({ ...options, origins: verbose })
          await result(placeOf(found), (style) => own(currentText(found, verbose, cwd, style)))
          return saidNo(found) ? 3 : 0
        },
      ),
    )
}

function placeOf({ heads, pending, unknown, outOfOrder, inside, unfinished }: Current) {
  return { heads, pending, unknown, outOfOrder, inside, unfinished }
}

/** The line of one database among many. */
function currentCells(
  { heads, pending, unknown, outOfOrder, inside, unfinished }: Current,
  style: Style,
): string {
  const notes = [
    ...(unfinished.length > 0 ? [style.red(`did not end: ${unfinished.join(', ')}`)] : []),
    ...(unknown.length > 0 ? [style.yellow(`no file declares ${unknown.join(', ')}`)] : []),
    ...(outOfOrder.length > 0 ? [style.yellow(`never ran: ${outOfOrder.join(', ')}`)] : []),
    ...(inside.length > 0
      ? [style.yellow(`inside of ${inside.map(({ revision }) => revision).join(', ')}`)]
      : []),
  ]
  const place = heads.length === 0 ? 'nothing is applied' : heads.join(', ')
  return [place, pending === 0 ? 'nothing pending' : `${pending} pending`, ...notes].join(', ')
}

function currentText(
  { heads, pending, unknown, outOfOrder, inside, unfinished, entries }: Current,
  verbose: boolean,
  cwd: string,
  style: Style,
): string {
  const lines = entries.map((entry) =>
    verbose ? `${fullEntry(entry, heads, { style, cwd })}\n` : line(entry, heads, style),
  )
  if (heads.length === 0) lines.push('Nothing is applied.')
  if (unfinished.length > 0)
    lines.push(
      style.red(
        `Began outside a transaction and did not end: ${unfinished.join(', ')} (dbmig upgrade heads tells why, and the ways on)`,
      ),
    )
  if (unknown.length > 0)
    lines.push(style.yellow(`Applied in the database, but no file declares: ${unknown.join(', ')}`))
  if (outOfOrder.length > 0)
    lines.push(
      style.yellow(
        `Never ran, though a revision above is applied: ${outOfOrder.join(', ')} (dbmig upgrade heads --out-of-order)`,
      ),
    )
  lines.push(...insideLines(inside).map(style.yellow))
  const ahead = pending - outOfOrder.length
  // What is said above comes first: until then an upgrade is refused.
  const way = unknown.length + inside.length > 0 ? '' : ': dbmig upgrade heads'
  if (ahead > 0) lines.push(`${ahead} ${ahead === 1 ? 'revision is' : 'revisions are'} pending${way}`)
  return lines.join('\n')
}
