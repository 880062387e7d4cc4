/** A project of revision files in a temporary folder, for tests of the runner. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Project } from '../../src/config/config.ts'

export interface RevisionSource {
  readonly id: string
  /** `null` for a base. The revision before it in the list unless told. */
  readonly down?: string | readonly string[] | null
  readonly dependsOn?: readonly string[]
  readonly replaces?: readonly string[]
  /** SQL, or the body of a function with `db` and `sql` in scope, after `js:`. */
  readonly up: string
  /** Null: irreversible. */
  readonly undo?: string | null
  readonly outside?: boolean
  /** More of `config`, as source: `lockTimeout: '1s'`. */
  readonly config?: string
}

/** Writes the files, and gives a project that is at `url`. */
export async function useProject(
  url: string,
  revisions: readonly RevisionSource[],
  settings: Partial<Project> = {},
): Promise<Project> {
  const root = await mkdtemp(join(tmpdir(), 'dbmig-runner-'))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  const migrations = join(root, 'migrations')
  await mkdir(migrations)
  let previous: string | null = null
  for (const [index, revision] of revisions.entries()) {
    const down = revision.down === undefined ? previous : revision.down
    await writeFile(join(migrations, `${index}_${revision.id}.mjs`), sourceOf(revision, down))
    previous = revision.id
  }
  return {
    root,
    file: null,
    url,
    migrations: [migrations],
    recursive: false,
    schema: [],
    schemas: undefined,
    manage: [],
    versionTable: 'dbmig_version',
    versionSchema: 'public',
    tenantSchema: undefined,
    transaction: 'revision',
    lockTimeout: undefined,
    statementTimeout: undefined,
    retries: 0,
    shadow: undefined,
    include: undefined,
    exclude: undefined,
    fileTemplate: '',
    timezone: 'UTC',
    slugLength: 40,
    template: undefined,
    hooks: [],
    runHooks: {},
    types: { output: undefined, camelCase: null, partitions: false, overrides: {} },
    databases: undefined,
    ...settings,
  }
}

/** The files import nothing, since kysely is not installed beside them: a raw node does what the `sql` template does. */
function sourceOf(revision: RevisionSource, down: string | readonly string[] | null): string {
  const undo = revision.undo === undefined ? 'select 1' : revision.undo
  return `/**
 * revision ${revision.id}
 */
export const revision = ${JSON.stringify(revision.id)}
export const downRevision = ${JSON.stringify(down)}
export const branchLabels = []
export const dependsOn = ${JSON.stringify(revision.dependsOn ?? [])}
${revision.replaces ? `export const replaces = ${JSON.stringify(revision.replaces)}\n` : ''}${revision.outside || revision.config ? `export const config = { transaction: ${revision.outside !== true}, ${revision.config ?? ''} }\n` : ''}
async function run(db, text) {
  const node = { kind: 'RawNode', sqlFragments: [text], parameters: [] }
  const id = { queryId: 'test' }
  return await db.getExecutor().executeQuery({ query: node, queryId: id, sql: text, parameters: [] }, id)
}

export async function up(db) {
  ${bodyOf(revision.up)}
}
${undo === null ? '' : `\nexport async function down(db) {\n  ${bodyOf(undo)}\n}\n`}`
}

function bodyOf(text: string): string {
  return text.startsWith('js:') ? text.slice(3) : `await run(db, ${JSON.stringify(text)})`
}
