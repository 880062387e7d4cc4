/** graphile-migrate's folder of committed migrations: `000001-name.sql` with a header of `--!` lines, and no way back. */
import { tokensOf } from '../../sql/lexer.ts'
import { badFile, placeholder, sameName } from './errors.ts'
import type { SqlFile, SqlLayout } from './sql-layout.ts'
import type { SqlMigration } from './sql-source.ts'

const NAME = /^(\d{6,})(?:-.*)?\.sql$/
const HEADER = /^--! ([A-Z][a-zA-Z0-9_]*)(?::(.*))?$/

export const graphileMigrate: SqlLayout = {
  name: 'graphile-migrate',
  table: {
    tool: 'graphile-migrate',
    schema: 'graphile_migrate',
    name: 'migrations',
    async read(session, table) {
      const rows = await session.query<{ hash: string; filename: string; at: string }>(
        `select hash, filename, date::text as at from ${table} order by filename`,
      )
      return rows.map(({ hash, filename, at }) => ({ key: hash, name: filename, at }))
    },
  },
  recognises: (files) => files.every(({ file, text }) => NAME.test(file) && /^--! Previous:/m.test(text)),
  read(files) {
    const sorted = files.toSorted((a, b) => (a.file < b.file ? -1 : 1))
    const hashes = new Map<string, string>()
    let previous: string | null = null
    return sorted.map((file): SqlMigration => {
      const { path } = file
      if (!NAME.test(file.file))
        throw badFile(path, 'graphile-migrate', 'its name does not start with six digits')
      const { headers, body, linesBefore } = parse(file)
      const hash = headers.get('Hash')
      if (!hash) throw badFile(path, 'graphile-migrate', 'it has no `--! Hash:`')
      const follows = headers.get('Previous')
      if (follows !== (previous ?? '-'))
        throw badFile(path, 'graphile-migrate', `its \`--! Previous:\` is not the hash of the file before it`)
      previous = hash
      const other = hashes.get(hash)
      if (other !== undefined) throw sameName(hash, other, path)
      hashes.set(hash, path)
      refusePlaceholders(body, linesBefore, path)
      return {
        name: file.file.slice(0, -'.sql'.length),
        key: hash,
        message: headers.get('Message'),
        up: { file: path, text: body.replace(/^\s*--!\s*no-transaction\b.*/, ''), linesBefore },
        down: null,
        transaction: !/^\s*--!\s*no-transaction\b/.test(body),
      }
    })
  },
}

function parse({ text }: SqlFile): {
  headers: ReadonlyMap<string, string>
  body: string
  linesBefore: number
} {
  const lines = text.split('\n')
  const headers = new Map<string, string>()
  let linesBefore = 0
  for (const line of lines) {
    const [, key, value = ''] = HEADER.exec(line.trimEnd()) ?? []
    if (key === undefined) break
    headers.set(key, value.trim())
    linesBefore++
  }
  return { headers, body: lines.slice(linesBefore).join('\n'), linesBefore }
}

/** graphile-migrate's own two anywhere, others where SQL has no use for them: behind a colon that is no cast and no slice. */
function refusePlaceholders(body: string, linesBefore: number, path: string): void {
  const line = (at: number): number => linesBefore + body.slice(0, at).split('\n').length
  const own = /:DATABASE_(?:NAME|OWNER)\b/.exec(body)
  if (own !== null) throw placeholder(path, line(own.index), own[0])
  let brackets = 0
  let before = ''
  for (const { kind, start, end } of tokensOf(body)) {
    const text = body.slice(start, end)
    if (text === '[') brackets++
    if (text === ']') brackets--
    const name = /^:[A-Z][0-9A-Z_]+\b/.exec(body.slice(start, start + 100))?.[0]
    if (kind === 'symbol' && name !== undefined && before !== ':' && brackets === 0)
      throw placeholder(path, line(start), name)
    before = text
  }
}
