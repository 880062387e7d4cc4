/** `dbmig types` */
import { shellWord } from '../../commands.ts'
import type { TypesResult } from '../../index.ts'
import { stateWords } from '../../state-words.ts'
import { shownPath } from '../output/path.ts'
import type { Declare } from '../program.ts'

interface Flags {
  readonly live?: true
  readonly at?: string
  readonly output?: string
  readonly check?: true | string
  readonly camelCase?: boolean
  readonly partitions?: true
}

export const declare: Declare = (program, cli) => {
  program
    .command('types')
    .summary('write the types that Kysely takes')
    .description(
      'Makes TypeScript of the target schema: an interface of each table and view, and `Database` for Kysely. Needs no database. Prints it, unless -o or the configuration names a file.',
    )
    .option('--live', 'of the live database')
    .option('--at <revision>', 'of a revision: an id, head, current+1 …; rebuilt on a shadow database')
    .option(
      '-o, --output <file>',
      'the file (default: `types.output` of the configuration); - for standard output',
    )
    .option('--check [file]', 'write nothing; exit with 3 if the file is not what it should be')
    .option('--camel-case', "names as Kysely's CamelCasePlugin has them")
    .option('--no-camel-case', 'names as PostgreSQL has them')
    .option('--partitions', 'partitions as well, beside the tables that they are parts of')
    .action(
      cli.action<Flags>(async ({ flags, options, cwd, own, result, note }) => {
        const { types } = await import('../../index.ts')
        const output = flags.output === '-' ? null : flags.output
        const found = await types({ ...options, ...flags, output })
        await result(found, (style) => {
          const { text, path, written, upToDate } = found
          if (text !== null) return text.trimEnd()
          const file = shownPath(cwd, path ?? '')
          if (written) return `${style.green('wrote')} ${file}`
          if (upToDate) return `${file} is up to date.`
          return own(
            `${file} does not hold the types of ${stateWords(found.of)}: "${commandFor(flags, file)}" writes them.`,
          )
        })
        for (const warning of found.warnings) await note((style) => `${style.yellow('note:')} ${warning}`)
        return isStale(found) ? 3 : 0
      }),
    )
}

function isStale({ path, upToDate }: TypesResult): boolean {
  return path !== null && !upToDate
}

/** What refreshes the file that `--check` found stale. */
function commandFor({ live, at, output, check, camelCase, partitions }: Flags, file: string): string {
  return [
    'dbmig types',
    ...(live ? ['--live'] : []),
    ...(at === undefined ? [] : ['--at', shellWord(at)]),
    ...(typeof check === 'string' || output !== undefined ? ['-o', shellWord(file)] : []),
    ...(camelCase === undefined ? [] : [camelCase ? '--camel-case' : '--no-camel-case']),
    ...(partitions ? ['--partitions'] : []),
  ].join(' ')
}
