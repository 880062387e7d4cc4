/** An SQL migration as a revision: its statements as Kysely runs them. */
import { join } from 'node:path'
import { headerSource, type RevisionHeader } from '../../emit/revision.ts'
import { sqlTemplate } from '../../emit/source.ts'
import { commentSource } from './insert-header.ts'
import { messageOfName } from './names.ts'
import type { ImportSource } from './source.ts'
import { type MigrationScript, type MigrationStatement, readScript } from './sql-statements.ts'

/** A part of a file. */
export interface SqlText {
  readonly file: string
  readonly text: string
  /** How many lines of the file stand before it. */
  readonly linesBefore: number
}

export interface SqlMigration {
  readonly name: string
  readonly key: string
  readonly message?: string | undefined
  readonly up: SqlText
  /** Null: irreversible. */
  readonly down: SqlText | null
  /** False where the tool runs it outside of a transaction. */
  readonly transaction: boolean
}

/**
 * @param folder where the revision file goes
 * @throws DbmigError for SQL that cannot be split, with file and line
 */
export function sqlSource(migration: SqlMigration, folder: string): ImportSource {
  const { name, key, up, down } = migration
  const [upward, downward] = [scriptOf(up), down === null ? null : scriptOf(down)]
  const transaction = migration.transaction && upward.transaction && (downward?.transaction ?? true)
  return {
    name,
    key,
    message: migration.message?.trim() || messageOfName(name),
    origin: up.file,
    target: join(folder, `${name}.ts`),
    render: (header) => source(header, upward.statements, downward?.statements ?? null, transaction),
  }
}

function scriptOf({ file, text, linesBefore }: SqlText): MigrationScript {
  return readScript('\n'.repeat(linesBefore) + text, file)
}

function source(
  header: RevisionHeader,
  up: readonly MigrationStatement[],
  down: readonly MigrationStatement[] | null,
  transaction: boolean,
): string {
  const usesSql = up.length + (down?.length ?? 0) > 0
  const config = transaction ? '' : '\nexport const config = { transaction: false }'
  return `${commentSource(header)}
import { type Kysely${usesSql ? ', sql' : ''} } from 'kysely'

${headerSource(header)}${config}

${functionSource('up', up)}${down === null ? '' : `\n${functionSource('down', down)}`}`
}

function functionSource(name: 'up' | 'down', statements: readonly MigrationStatement[]): string {
  const start = `export async function ${name}(${statements.length === 0 ? '_' : ''}db: Kysely<any>): Promise<void> {`
  if (statements.length === 0) return `${start}}\n`
  return `${start}\n${statements.map(statementSource).join('\n')}}\n`
}

function statementSource({ sql, comments }: MigrationStatement): string {
  return [...comments.map((line) => `  // ${line}\n`), `  await ${sqlTemplate(sql)}.execute(db)\n`].join('')
}
