/** node-pg-migrate's folder: `<timestamp>_name.sql` with `-- Up Migration` and `-- Down Migration`, or a file for each way. */
import { badFile } from './errors.ts'
import type { SqlFile, SqlLayout } from './sql-layout.ts'
import type { SqlMigration, SqlText } from './sql-source.ts'
import { isUpDownFile, pairFiles, wholeFile } from './up-down-files.ts'

const UP = /^\s*--[\s-]*up\s+migration/im
const DOWN = /^\s*--[\s-]*down\s+migration/im
/** Milliseconds since 1970, or a time in UTC down to the millisecond. */
const NAME = /^(?:\d{13}|\d{17})_.*\.sql$/

export const nodePgMigrate: SqlLayout = {
  name: 'node-pg-migrate',
  table: {
    tool: 'node-pg-migrate',
    schema: 'public',
    name: 'pgmigrations',
    async read(session, table) {
      const rows = await session.query<{ name: string; at: string }>(
        `select name, run_on::timestamptz::text as at from ${table} order by run_on, id`,
      )
      return rows.map(({ name, at }) => ({ key: name, at }))
    },
  },
  recognises(files) {
    if (files.every(isUpDownFile)) return files.every(({ file }) => NAME.test(file))
    return files.every((each) => (isUpDownFile(each) ? NAME.test(each.file) : UP.test(each.text)))
  },
  read(files) {
    const pairs = pairFiles(files.filter(isUpDownFile), 'node-pg-migrate')
    const migrations: SqlMigration[] = [
      ...pairs.map(({ name, up, down }) => ({
        name,
        key: name,
        up: wholeFile(up),
        down: down === null ? null : wholeFile(down),
        transaction: true,
      })),
      ...files.filter((each) => !isUpDownFile(each)).map(migrationOf),
    ]
    return migrations.toSorted((a, b) => timeOf(a.name) - timeOf(b.name) || compare(a.name, b.name))
  },
}

function migrationOf(source: SqlFile): SqlMigration {
  const { file, text } = source
  const name = file.slice(0, -'.sql'.length)
  const [up, down] = [text.search(UP), text.search(DOWN)]
  // node-pg-migrate would run both ways one after the other.
  if (up < 0 && down >= 0)
    throw badFile(source.path, 'node-pg-migrate', 'it has a `-- Down Migration` and no `-- Up Migration`')
  return {
    name,
    key: name,
    up: up < 0 ? wholeFile(source) : section(source, up, down),
    down: down < 0 ? null : section(source, down, up),
    transaction: true,
  }
}

/** From one marker to the other, or to the end where the other stands before it. */
function section({ path, text }: SqlFile, start: number, other: number): SqlText {
  const line = text.indexOf('--', start)
  const end = text.indexOf('\n', line)
  const from = end < 0 ? text.length : end
  return {
    file: path,
    text: text.slice(from, other > start ? other : undefined),
    linesBefore: text.slice(0, from).split('\n').length - 1,
  }
}

function timeOf(name: string): number {
  const prefix = name.split('_')[0] ?? ''
  const utc = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{3})$/.exec(prefix)
  if (utc === null) return Number(prefix) || 0
  const [, year, month, day, hour, minute, second, millisecond] = utc
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${millisecond}Z`)
}

/** As node-pg-migrate compares names that tie. */
function compare(a: string, b: string): number {
  return a.localeCompare(b, undefined, {
    usage: 'sort',
    numeric: true,
    sensitivity: 'variant',
    ignorePunctuation: true,
  })
}
