/** golang-migrate's folder: `<version>_title.up.sql` and `<version>_title.down.sql`. */
import { badFile, databaseDirty, sameName } from './errors.ts'
import type { SqlLayout } from './sql-layout.ts'
import type { SqlMigration } from './sql-source.ts'
import { pairFiles, wholeFile } from './up-down-files.ts'

const NAME = /^(\d+)_.*\.(?:up|down)\.sql$/

export const golangMigrate: SqlLayout = {
  name: 'golang-migrate',
  table: {
    tool: 'golang-migrate',
    schema: null,
    name: 'schema_migrations',
    /** One row, which stands for all versions up to its own. */
    async read(session, table, keys) {
      const [row] = await session.query<{ version: string; dirty: boolean }>(
        `select version::text as version, dirty from ${table} limit 1`,
      )
      if (row === undefined) return []
      if (row.dirty) throw databaseDirty(table.replaceAll('"', ''), row.version)
      const below = keys.filter((key) => BigInt(key) < BigInt(row.version))
      return [...below, row.version].map((key) => ({ key, at: null }))
    },
  },
  recognises: (files) => files.every(({ file }) => NAME.test(file)),
  read(files) {
    const versions = new Map<string, string>()
    const migrations = pairFiles(files, 'golang-migrate').map(({ name, up, down }): SqlMigration => {
      const digits = NAME.exec(up.file)?.[1]
      if (digits === undefined)
        throw badFile(up.path, 'golang-migrate', 'its name does not start with a version and _')
      const key = String(BigInt(digits))
      const other = versions.get(key)
      if (other !== undefined) throw sameName(key, other, up.path)
      versions.set(key, up.path)
      return { name, key, up: wholeFile(up), down: down === null ? null : wholeFile(down), transaction: true }
    })
    return migrations.toSorted((a, b) => (BigInt(a.key) < BigInt(b.key) ? -1 : 1))
  },
}
