/** The command line as a whole: global flags, the table of commands, and what becomes of an error. */
import { Command, CommanderError } from 'commander'
import { type Cli, createCli, placeFlag, type Start } from './cli.ts'
import { parseDuration } from './duration.ts'
import { badUsage } from './errors.ts'
import { keepMemorySmall } from './memory.ts'
import { printError } from './output/errors.ts'
import { stopCodeOf } from './stop.ts'

/** Declares a command on the program. */
export type Declare = (program: Command, cli: Cli) => void

/** In the order of the help. Each file is read when its command is chosen, or all of them for the help. */
const commands: Readonly<Record<string, () => Promise<{ declare: Declare }>>> = {
  init: () => import('./commands/init.ts'),
  'list-templates': () => import('./commands/list-templates.ts'),
  import: () => import('./commands/import.ts'),
  pull: () => import('./commands/pull.ts'),
  revision: () => import('./commands/revision.ts'),
  edit: () => import('./commands/edit.ts'),
  merge: () => import('./commands/merge.ts'),
  rebase: () => import('./commands/rebase.ts'),
  squash: () => import('./commands/squash.ts'),
  check: () => import('./commands/check.ts'),
  diff: () => import('./commands/diff.ts'),
  types: () => import('./commands/types.ts'),
  diagram: () => import('./commands/diagram.ts'),
  upgrade: () => import('./commands/upgrade.ts'),
  downgrade: () => import('./commands/downgrade.ts'),
  resolve: () => import('./commands/resolve.ts'),
  stamp: () => import('./commands/stamp.ts'),
  current: () => import('./commands/current.ts'),
  history: () => import('./commands/history.ts'),
  heads: () => import('./commands/heads.ts'),
  branches: () => import('./commands/branches.ts'),
  show: () => import('./commands/show.ts'),
  log: () => import('./commands/log.ts'),
  'ensure-version': () => import('./commands/ensure-version.ts'),
}

/** What holds every revision and every row of the ledger at once. */
const largest = new Set(['current'])

/**
 * Runs a command line.
 *
 * @returns the exit code
 */
export async function run(argv: readonly string[], start: Start): Promise<number> {
  const program = createProgram(start.version)
  // In JSON, what commander says of a mistake is one error, with the help that it points to.
  const said: string[] = []
  if (start.json) program.configureOutput({ writeErr: (text) => said.push(text) })
  const cli = createCli(program, start)
  const chosen = chosenCommand(program, argv)
  if (chosen !== undefined && largest.has(chosen)) keepMemorySmall()
  const names = chosen !== undefined && Object.hasOwn(commands, chosen) ? [chosen] : Object.keys(commands)
  for (const module of await Promise.all(names.map((name) => commands[name]?.()))) {
    module?.declare(program, cli)
  }
  for (const command of program.commands) {
    command.showHelpAfterError(`(dbmig ${command.name()} --help lists its flags)`)
  }
  try {
    await Promise.race([program.parseAsync([...argv], { from: 'user' }), start.stray])
    return cli.exitCode
  } catch (error) {
    cli.progress?.end()
    // Commander has printed its message; help and version come with 0, and all else is a mistake in what was typed.
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return 0
      if (!start.json) return 2
    }
    const { verbose, ...flags } = program.opts<{ verbose?: true; database?: string; url?: string }>()
    return printError(error instanceof CommanderError ? badUsage(said) : error, await cli.errorStyle(), {
      place: placeFlag(flags),
      verbose: verbose === true,
      json: start.json,
      stopCode: stopCodeOf(start.signal),
    })
  }
}

function createProgram(version: string): Command {
  return (
    new Command('dbmig')
      .description('Schema migrations for PostgreSQL and Kysely: measured, not guessed.')
      .usage('<command> [options]')
      .version(version, '-V, --version', 'print the version')
      .helpOption('-h, --help', 'print help')
      .helpCommand('help [command]', 'print help for a command')
      .option('-c, --config <file>', 'the configuration file (default: the nearest dbmig.config.*)')
      .option('--url <url>', "the database; wins over the configuration's")
      .option('--database <name>', 'one of the `databases` of the configuration')
      .option('-x <key=value>', 'an argument for the configuration (repeatable)', collectPairs)
      .option(
        '--wait-for-database <duration>',
        'how long to wait for a database that takes no connections yet, such as 60s',
        parseDuration,
      )
      .option('--json', 'print one JSON document on stdout')
      .option('-v, --verbose', 'print more: full entries, the stack of an error')
      .option('--color', 'use colours, whatever the terminal')
      .option('--no-color', 'use none')
      .configureHelp({ showGlobalOptions: true })
      .showHelpAfterError('(dbmig --help lists the commands and flags)')
      // Also for the commands, which inherit it: an error is thrown instead of ending the process.
      .exitOverride()
  )
}

function collectPairs(text: string, pairs: Record<string, string> = {}): Record<string, string> {
  const [key = '', ...value] = text.split('=')
  return { ...pairs, [key]: value.join('=') }
}

/** The first word that is neither a flag nor the value of a global one. */
function chosenCommand(program: Command, argv: readonly string[]): string | undefined {
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] ?? ''
    if (!word.startsWith('-')) return word
    const option = program.options.find(({ short, long }) => word === short || word === long)
    if (option?.required) index++
  }
  return undefined
}
