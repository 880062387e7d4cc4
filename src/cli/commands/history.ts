/** `dbmig history` */
import { Option } from 'commander'
import { localTime } from '../../dates.ts'
import { hiddenAlias } from '../alias.ts'
import { graphReversed, notOfMany, notTogether } from '../errors.ts'
import { addFleetFlags, asksFleet, type FleetFlags, printFleet } from '../fleet.ts'
import { columnLimit } from '../output/graph.ts'
import { listingText } from '../output/listing.ts'
import { shownPath } from '../output/path.ts'
import type { Declare } from '../program.ts'

interface Flags extends FleetFlags {
  readonly range?: string
  readonly since?: string
  readonly until?: string
  readonly limit?: string
  readonly reverse?: true
  readonly indicateCurrent?: true
  readonly graph?: boolean
  readonly offline?: true
  readonly format?: string
  readonly output?: string
}

export const declare: Declare = (program, cli) => {
  addFleetFlags(program.command('history'))
    .summary('list the revisions, newest first')
    .description(
      'Lists the revisions, newest first, with what is applied when a URL is configured. On a terminal, the graph is drawn beside the list.',
    )
    .option(
      '-r, --range <from:to>',
      'only these: <id>:, :<id>, -3:current, base:<label>@head, …',
      withoutSign,
    )
    .addOption(hiddenAlias('--rev-range <from:to>', 'range').argParser(withoutSign))
    .option('--since <date>', 'only those created then or later: 2026-11-22, 2026-11-22T12:31')
    .option('--until <date>', 'only those created then or before; a day counts to its end')
    .option('--limit <n>', 'only the first n of the list, before it is reversed')
    .option('--reverse', 'oldest first, without the graph')
    .option('-i, --indicate-current', 'insist on a database, which says what is current')
    .option('--graph', 'draw the graph, also where there is no terminal')
    .option('--no-graph', 'a plain line each, also on a terminal')
    .option('--offline', 'leave the database alone')
    .addOption(
      new Option(
        '--format <format>',
        'the graph as a picture, or the list as a table for a spreadsheet',
      ).choices(['plantuml', 'mermaid', 'dot', 'svg', 'csv']),
    )
    .option('-o, --output <file>', 'write that to a file: .puml, .mmd, .dot, .svg, .csv')
    .action(
      cli.action<Flags>(async ({ flags, options, verbose, cwd, result, note, json }) => {
        if (flags.graph && flags.reverse) throw graphReversed()
        if (flags.format !== undefined || flags.output !== undefined) {
          refuseBeside(flags)
          const { historyPicture } = await import('../../index.ts')
          const found = await historyPicture({ ...options, ...flags })
          await result(found, ({ green }) =>
            found.text === null
              ? found.written
                ? `${green('wrote')} ${shownPath(cwd, found.path ?? '')}`
                : `${shownPath(cwd, found.path ?? '')} is up to date.`
              : found.text.replace(/\n$/, ''),
          )
          return 0
        }
        const { drawGraph, history, historyAll } = await import('../../index.ts')
        if (asksFleet(flags)) {
          const shown = verbose ? '--verbose' : flags.reverse ? '--reverse' : undefined
          if (shown !== undefined && !json) throw notOfMany(shown)
          const fleet = await historyAll({ ...options, ...flags })
          return printFleet({ result, note, json }, fleet, {
            json: ({ entries }) => ({ entries }),
            cells: ({ entries, current }) => {
              const applied = entries.filter((entry) => entry.applied?.status === 'applied')
              const halfWay = entries.filter(
                (entry) => !['applied', undefined].includes(entry.applied?.status),
              )
              const unfinished = halfWay.map(({ revision }) => revision).join(', ')
              const last = applied
                .map((entry) => entry.applied?.at ?? '')
                .sort()
                .at(-1)
              const place = current?.length ? `at ${current.join(', ')}` : 'nothing is applied'
              return `${applied.length} of ${entries.length} applied, ${place}${last ? `, last on ${localTime(last)}` : ''}${unfinished && `, did not end: ${unfinished}`}`
            },
          })
        }
        const listing = await history({ ...options, ...flags })
        const selects = flags.range ?? flags.since ?? flags.until
        const empty =
          selects === undefined
            ? 'No revisions yet: dbmig revision --autogenerate -m "…" writes the first one.'
            : 'No revisions in that range.'
        await result(listing.entries, async (style) => {
          const draws = flags.graph ?? (Number.isFinite(style.width) && !flags.reverse)
          const drawing = draws ? await drawGraph(listing.entries, columnLimit(style)) : undefined
          return listingText(listing, {
            style,
            cwd,
            verbose,
            consecutive: true,
            reversed: flags.reverse === true,
            empty,
            drawing,
          })
        })
        return 0
      }),
    )
}

/** @throws CLI_NOT_TOGETHER for what neither a picture nor a table has, or not that one */
function refuseBeside({ format, output, graph, reverse, all, only }: Flags): void {
  const flag = format === undefined ? '--output' : '--format'
  if (graph) throw notTogether([flag, '--graph'], '--graph draws beside the list')
  if (all || only !== undefined)
    throw notTogether([flag, all ? '--all' : '--only'], 'a picture or table is of one database')
  const isTable = format === undefined ? /\.csv$/i.test(output ?? '') : format === 'csv'
  if (reverse && !isTable) throw notTogether([flag, '--reverse'], 'a picture is no list, but csv is one')
}

/** `-r=-3:current`, as Alembic takes it, where commander keeps the sign. No target begins with one. */
function withoutSign(range: string): string {
  return range.replace(/^=/, '')
}
