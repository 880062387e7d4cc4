/** `dbmig diagram` */
import { InvalidArgumentError, Option } from 'commander'
import { shellWord } from '../../commands.ts'
import { stateWords } from '../../state-words.ts'
import { shownPath } from '../output/path.ts'
import type { Declare } from '../program.ts'

interface Flags {
  readonly live?: true
  readonly at?: string
  readonly diff?: string
  readonly format?: string
  readonly output?: string
  readonly check?: string
  readonly only?: string[]
  readonly around?: string
  readonly depth?: number
  readonly columns: boolean
}

export const declare: Declare = (program, cli) => {
  program
    .command('diagram')
    .summary('draw the schema as an entity-relationship diagram')
    .description(
      'Draws the target schema, or with a flag the live database, a revision or a difference: tables, columns, keys, views, enums, and foreign keys with crow’s feet. Prints the picture unless -o names a file, whose extension chooses the format.',
    )
    .option('--live', 'of the live database')
    .option('--at <revision>', 'of a revision: an id, head, current+1 …; rebuilt on a shadow database')
    .option(
      '--diff <A..B>',
      'two states in one picture, as dbmig diff takes them: added, removed and changed',
    )
    .addOption(
      new Option(
        '--format <format>',
        'the format (default: by the extension of the file, else plantuml)',
      ).choices(['plantuml', 'mermaid', 'dot', 'dbml', 'svg']),
    )
    .option('-o, --output <file>', 'the file: .puml, .mmd, .dot, .dbml, .svg')
    .option('--check <file>', 'write nothing; exit with 3 if the file is not what it should be')
    .option(
      '--only <patterns...>',
      'only these tables, views and enums, as include names them: users, audit.*, view:public.*',
    )
    .option('--around <table>', 'only this one and what it is joined to')
    .option(
      '--depth <n>',
      'how many lines away from --around, or in a difference from what differs (default: 1, or everything)',
      parseDepth,
    )
    .option('--no-columns', 'names alone')
    .action(
      cli.action<Flags>(async ({ flags, options, cwd, own, result, note }) => {
        const { diagram } = await import('../../index.ts')
        const found = await diagram({ ...options, ...flags })
        const { of, path, text, written, upToDate, tables, views, enums } = found
        await result(found, (style) => {
          if (text !== null) return text.trimEnd()
          const file = shownPath(cwd, path ?? '')
          if (written) return `${style.green('wrote')} ${file}`
          if (upToDate) return `${file} is up to date.`
          return `${file} is not what it should be for ${stateWords(of)}: ${own(commandFor(flags, file))} writes it.`
        })
        for (const warning of found.warnings) await note((style) => `${style.yellow('note:')} ${warning}`)
        if (tables + views + enums === 0) await note(() => `There is nothing to draw in ${stateWords(of)}.`)
        return path !== null && !upToDate ? 3 : 0
      }),
    )
}

function parseDepth(text: string): number {
  if (!/^\d{1,3}$/.test(text)) throw new InvalidArgumentError('Write a whole number from 0.')
  return Number(text)
}

/** What refreshes the file that `--check` found stale. */
function commandFor({ live, at, diff, format, only, around, depth, columns }: Flags, file: string): string {
  return [
    'dbmig diagram',
    ...(live ? ['--live'] : []),
    ...(at === undefined ? [] : ['--at', shellWord(at)]),
    ...(diff === undefined ? [] : ['--diff', shellWord(diff)]),
    ...(format === undefined ? [] : ['--format', format]),
    ...(only === undefined ? [] : ['--only', ...only.map(shellWord)]),
    ...(around === undefined ? [] : ['--around', shellWord(around)]),
    ...(depth === undefined ? [] : ['--depth', String(depth)]),
    ...(columns ? [] : ['--no-columns']),
    ...['-o', shellWord(file)],
  ].join(' ')
}
