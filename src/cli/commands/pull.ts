/** `dbmig pull` */
import { dirname, relative } from 'node:path'
import type { LeftOut, PulledFile, PullResult } from '../../index.ts'
import { hooksText } from '../output/hooks.ts'
import type { Style } from '../output/style.ts'
import type { Declare } from '../program.ts'

interface Flags {
  readonly message?: string
  readonly sql?: true
  readonly split?: 'none' | 'schema' | 'table'
  readonly revision: boolean
  readonly proof: boolean
  readonly force?: true
  readonly dryRun?: true
}

export const declare: Declare = (program, cli) => {
  program
    .command('pull')
    .summary('make a schema and a first revision of a database that is there')
    .description(
      'Writes the schema that declares the live database, and the first revision, which makes it; proves both, and stamps the revision as applied. Changes nothing in the database but the ledger.',
    )
    .option('-m, --message <text>', 'what the revision does (default: "initial schema")')
    .option('--sql', 'write schema.sql in place of TypeScript')
    .addOption(
      program
        .createOption('--split <by>', 'files of the schema (default: one, or by table where that is long)')
        .choices(['none', 'schema', 'table']),
    )
    .option('--no-revision', 'write the schema alone; stamp nothing')
    .option('--no-proof', 'do not build it on a shadow database first')
    .option('--force', 'replace files that are there')
    .option('--dry-run', 'print what would be written; write and stamp nothing')
    .action(
      cli.action<Flags>(async ({ flags, options, cwd, verbose, result, note }) => {
        const { pull } = await import('../../index.ts')
        const done = await pull({ ...options, ...flags })
        await result(done, (style) =>
          pullText(done, { cwd, verbose, hasUrl: Boolean(options.env['DATABASE_URL']) }, style),
        )
        await note((style) => hooksText(done.hooks, style))
        if (done.proved)
          await note((style) =>
            style.dim(
              'Proved on shadow databases: the schema builds what the database has, up leads there, down leads back.',
            ),
          )
        return done.hooks.every(({ ok }) => ok) ? 0 : 1
      }),
    )
}

interface View {
  readonly cwd: string
  readonly verbose: boolean
  /** Whether DATABASE_URL is set. */
  readonly hasUrl: boolean
}

function pullText(done: PullResult, view: View, style: Style): string {
  const { files, setUp, path, revision, objects, leftOut, dryRun } = done
  const sources = dryRun && files.length === 1 ? files.flatMap(({ source }) => source ?? []) : []
  return [
    ...sources,
    ...setUp.map((file) => `${style.green('wrote')} ${relative(view.cwd, file)}`),
    ...fileLines(files, view, dryRun, style),
    ...(path === null
      ? []
      : [`${style.green(dryRun ? 'would write' : 'wrote')} ${relative(view.cwd, path)}`]),
    `${objects.map(({ kind, count }) => counted(count, kind)).join(', ')}.`,
    ...leftOut.map((one) => leftOutLine(one, view.verbose, style)),
    ...(done.stamped
      ? [
          `Stamped ${style.cyan(revision ?? '')}: this database has it. On every other one with the same schema, run "dbmig stamp ${revision ?? 'head'}".`,
        ]
      : []),
    ...(setUp.length > 0 && !view.hasUrl
      ? ['Set DATABASE_URL to the database from now on: the configuration reads it.']
      : []),
    ...(dryRun ? ['A dry run: nothing was written.'] : []),
  ].join('\n')
}

/** A line for the file that the configuration names, and one for all that lie in its folder. */
function fileLines(
  files: readonly PulledFile[],
  { cwd, verbose }: Pick<View, 'cwd' | 'verbose'>,
  dryRun: boolean,
  style: Style,
): string[] {
  const lineOf = (action: PulledFile['action'], text: string): string =>
    action === 'keep'
      ? `${style.yellow('kept ')} ${text}`
      : `${style.green(dryRun ? 'would write' : 'wrote')} ${text}`
  const index = files.at(-1)
  if (index === undefined) return []
  const others = files.slice(0, -1)
  const own = lineOf(index.action, relative(cwd, index.path))
  if (verbose || others.length < 4)
    return [...others.map(({ action, path }) => lineOf(action, relative(cwd, path))), own]
  const folder = relative(cwd, index.path.replace(/\.\w+$/, '')) || dirname(index.path)
  const changed = others.filter(({ action }) => action !== 'keep').length
  const kept = others.length - changed
  return [
    ...(changed > 0 ? [lineOf('create', `${folder}/ (${counted(changed, 'file')})`)] : []),
    ...(kept > 0 ? [lineOf('keep', `${folder}/ (${counted(kept, 'file')})`)] : []),
    own,
  ]
}

const REASONS: Readonly<Record<LeftOut['why'], string>> = {
  excluded: 'left out by `include` or `exclude`',
  'not managed': 'not managed: see `manage` in the configuration',
  'other schema': 'not among `schemas` in the configuration',
  'unknown to dbmig': 'dbmig does not know them; they stay as they are, in this database alone',
}

function leftOutLine({ kind, why, count, names }: LeftOut, verbose: boolean, style: Style): string {
  const shown = verbose ? names : names.slice(0, 5)
  const more = names.length - shown.length
  const list = `${shown.join(', ')}${more > 0 ? `, and ${more} more` : ''}`
  return `${style.yellow('left out:')} ${counted(count, kind)} (${REASONS[why]}): ${list}`
}

function counted(count: number, what: string): string {
  if (count === 1) return `1 ${what}`
  const plural = /(?:s|x|ch)$/.test(what)
    ? /statistics|privileges$/.test(what)
      ? what
      : `${what}es`
    : what.endsWith('y')
      ? `${what.slice(0, -1)}ies`
      : `${what}s`
  return `${count} ${plural}`
}
