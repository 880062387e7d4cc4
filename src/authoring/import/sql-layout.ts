/** What a folder of SQL migrations of one tool looks like. */
import type { AppliedTable } from './source.ts'
import type { SqlMigration } from './sql-source.ts'

export interface SqlFile {
  /** Its name in the folder. */
  readonly file: string
  /** Absolute. */
  readonly path: string
  readonly text: string
}

export interface SqlLayout {
  /** As `--layout` takes it. */
  readonly name: string
  readonly table: AppliedTable
  /** Whether all files are of this layout. */
  recognises(files: readonly SqlFile[]): boolean
  /**
   * @returns the migrations in the tool's order
   * @throws IMPORT_BAD_FILE, IMPORT_SAME_NAME
   */
  read(files: readonly SqlFile[]): readonly SqlMigration[]
}
