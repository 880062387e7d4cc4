/** The command line as users start it: a process of its own, from `dist`. */
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { execa, type Options } from 'execa'
import { useFolder, writeFiles } from './folder.ts'

export const repository = join(import.meta.dirname, '../..')
export const cliPath = join(repository, 'bin/dbmig.js')

/** Nothing of the machine's own settings reaches the process, unless a test says so. */
export const quiet = {
  DATABASE_URL: undefined,
  FORCE_COLOR: undefined,
  NO_COLOR: undefined,
  NODE_OPTIONS: undefined,
  CI: undefined,
}

export interface CliResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

export interface CliOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
}

/** Runs `dbmig …` to its end. */
export async function dbmig(args: readonly string[], { cwd, env }: CliOptions): Promise<CliResult> {
  const { exitCode, stdout, stderr } = await startDbmig(args, { cwd, env: { ...quiet, ...env } })
  return { exitCode: exitCode ?? -1, stdout, stderr }
}

/** Starts `dbmig …`. */
export function startDbmig<O extends Options>(args: readonly string[], options: O) {
  return execa(process.execPath, [cliPath, ...args], {
    reject: false,
    stdin: 'ignore',
    ...options,
    env: { ...quiet, ...options.env },
  })
}

/** A project in the temporary folder in which `kysely` is installed, and dbmig is not. It is removed when the test ends. */
export function useProject(files: Readonly<Record<string, string>>): string {
  const folder = useFolder()
  writeFiles(folder, { 'node_modules/.keep': '', ...files })
  symlinkSync(join(repository, 'node_modules/kysely'), join(folder, 'node_modules/kysely'), 'dir')
  return folder
}

/** A configuration file that says only where the database is. */
export function configFor(url: string): string {
  return `export default ${JSON.stringify({ url })}\n`
}

export interface RevisionText {
  readonly revision: string
  /** A text is one parent. */
  readonly down?: string | readonly string[] | null
  readonly message?: string
  /** Statements of `up` and `down`. */
  readonly up?: string
  readonly undo?: string
  readonly more?: string
}

/** The source of a revision file. */
export function revisionText({
  revision,
  down = null,
  message,
  up = '',
  undo = '',
  more = '',
}: RevisionText): string {
  return `/**
 * ${message ?? `message of ${revision}`}
 *
 * Create date: 2026-11-22T12:31:25Z
 */
import { type Kysely, sql } from 'kysely'

export const revision = ${JSON.stringify(revision)}
export const downRevision = ${JSON.stringify(down)}
export const branchLabels = [] as const
export const dependsOn = [] as const
${more}
export async function up(db: Kysely<any>): Promise<void> {
${up}
}

export async function down(db: Kysely<any>): Promise<void> {
${undo}
}
`
}

/** Revisions that make and drop a table each. */
export function tables(...line: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    line.map((revision, index) => [
      `migrations/${revision}.ts`,
      revisionText({
        revision,
        down: line[index - 1] ?? null,
        up: `  await db.schema.createTable('t_${revision}').addColumn('id', 'integer').execute()`,
        undo: `  await db.schema.dropTable('t_${revision}').execute()`,
      }),
    ]),
  )
}
