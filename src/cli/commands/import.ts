/** `dbmig import` */
import { relative } from 'node:path'
import type { ImportedFile, ImportResult } from '../../index.ts'
import type { Call } from '../cli.ts'
import { hooksText } from '../output/hooks.ts'
import type { Style } from '../output/style.ts'
import type { Declare } from '../program.ts'

interface Flags {
  readonly dryRun?: true
  readonly offline?: true
  readonly table?: string
  readonly tableSchema?: string
  readonly layout?: string
}

export const declare: Declare = (program, cli) => {
  const group = program
    .command('import')
    .summary("make revisions of another tool's migrations")
    .description(
      "Makes revisions of another tool's migrations, and stamps what that tool's table says is applied.",
    )
  group
    .command('kysely')
    .summary('of a folder of Kysely migrations')
    .description(
      'Adds headers to Kysely migrations, in their order: in place in a migrations folder, else in copies there. Stamps what kysely_migration says is applied.',
    )
    .argument('[folder]', 'where they are (default: the first migrations folder)')
    .option('--table <name>', "the Migrator's migrationTableName")
    .option('--table-schema <schema>', "the Migrator's migrationTableSchema")
    .option('--dry-run', 'print what would be written and stamped')
    .option('--offline', 'leave the database alone')
    .action(
      cli.action<Flags>(async (call) => {
        const { importKysely } = await import('../../index.ts')
        return show(call, await importKysely({ ...call.options, ...call.flags, folder: call.args[0] }))
      }),
    )
  group
    .command('sql')
    .summary('of a folder of up/down SQL files')
    .description(
      "Makes revisions of the SQL files of dbmate, golang-migrate, node-pg-migrate or graphile-migrate, in their order. Stamps what the tool's table says is applied.",
    )
    .argument('<folder>', 'where they are')
    .option(
      '--layout <name>',
      'dbmate, golang-migrate, node-pg-migrate or graphile-migrate (default: told by the files)',
    )
    .option('--table <name>', "the tool's table, where it is not the default")
    .option('--table-schema <schema>', 'its schema')
    .option('--dry-run', 'print what would be written and stamped')
    .option('--offline', 'leave the database alone')
    .action(
      cli.action<Flags>(async (call) => {
        const { importSql } = await import('../../index.ts')
        return show(call, await importSql({ ...call.options, ...call.flags, folder: call.args[0] ?? '.' }))
      }),
    )
}

async function show({ cwd, verbose, result, note }: Call<Flags>, done: ImportResult): Promise<number> {
  await result(done, (style) => importText(done, { cwd, style, verbose }))
  const failed = done.hooks.some(({ ok }) => !ok)
  if (failed) await note((style) => hooksText(done.hooks, style))
  return failed ? 1 : 0
}

interface View {
  readonly cwd: string
  readonly style: Style
  readonly verbose: boolean
}

function importText(result: ImportResult, { cwd, style, verbose }: View): string {
  const { written, kept, dryRun } = result
  const file = ({ revision, path, from }: ImportedFile): string => {
    const origin = path === from ? '' : style.dim(`  from ${relative(cwd, from)}`)
    return `${style.cyan(revision)}  ${relative(cwd, path)}${origin}`
  }
  const lines = [
    ...written.map((each) => `${style.green(dryRun ? 'would write' : 'wrote')} ${file(each)}`),
    ...(verbose ? kept.map((each) => `${style.yellow('kept ')} ${file(each)}`) : []),
  ]
  if (written.length === 0) lines.push('No file to write: every migration is a revision already.')
  else if (kept.length > 0)
    lines.push(
      `Kept ${count(kept.length, 'revision')} that ${kept.length === 1 ? 'was' : 'were'} there already.`,
    )
  lines.push(...databaseLines(result, style))
  if (dryRun) lines.push('A dry run: nothing was written.')
  return lines.join('\n')
}

function databaseLines({ table, stamped, unknown, dryRun }: ImportResult, style: Style): string[] {
  if (table === null)
    return ['No database was asked, so nothing is stamped: run it again with the URL of each database.']
  if (!table.found) return [`The database has no table ${table.name}, so nothing is stamped.`]
  const lines = [
    stamped.length === 0
      ? `Nothing to stamp: the ledger knows already what ${table.name} says is applied.`
      : `${dryRun ? 'Would stamp' : 'Stamped'} ${count(stamped.length, 'revision')}, as ${table.name} says: ${stamped.map(style.cyan).join(', ')}`,
  ]
  if (unknown.length > 0)
    lines.push(
      `${style.yellow('warning:')} ${table.name} says that these are applied, and there is no file for them: ${unknown.join(', ')}`,
    )
  if (stamped.length > 0)
    lines.push(
      `${table.name} stays as it is. Add it to \`exclude\` in the configuration, or \`dbmig check\` calls it a difference.`,
    )
  return lines
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}
