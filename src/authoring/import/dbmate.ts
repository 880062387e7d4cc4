/** dbmate's folder: `<version>_name.sql` with `-- migrate:up` and `-- migrate:down`. */
import { badFile, sameName } from './errors.ts'
import type { SqlLayout } from './sql-layout.ts'
import type { SqlMigration } from './sql-source.ts'

const NAME = /^(\d+).*\.sql$/
const UP = /^--\s*migrate:up(?:\s*$|\s+\S+)/gm
const DOWN = /^--\s*migrate:down(?:\s*$|\s+\S+)/gm

export const dbmate: SqlLayout = {
  name: 'dbmate',
  table: {
    tool: 'dbmate',
    schema: null,
    name: 'schema_migrations',
    async read(session, table) {
      const rows = await session.query<{ version: string }>(
        `select version::text as version from ${table} order by version`,
      )
      return rows.map(({ version }) => ({ key: version, at: null }))
    },
  },
  recognises: (files) => files.every(({ file, text }) => NAME.test(file) && text.search(UP) >= 0),
  read(files) {
    const versions = new Map<string, string>()
    const sorted = files.toSorted((a, b) => (a.file < b.file ? -1 : 1))
    return sorted.map(({ file, path, text }): SqlMigration => {
      const key = NAME.exec(file)?.[1]
      if (key === undefined) throw badFile(path, 'dbmate', 'its name does not start with a version')
      const other = versions.get(key)
      if (other !== undefined) throw sameName(key, other, path)
      versions.set(key, path)
      const [up, down] = [only(text, UP, path, 'up'), only(text, DOWN, path, 'down')]
      if (up > down) throw badFile(path, 'dbmate', 'its `-- migrate:down` comes before its `-- migrate:up`')
      if (/^(?!\s*--)\s*\S/m.test(text.slice(0, up)))
        throw badFile(path, 'dbmate', 'there is SQL before its `-- migrate:up`')
      const parts = [text.slice(up, down), text.slice(down)]
      const [upward, downward] = parts.map((part, index) => {
        const lineEnd = part.indexOf('\n')
        const linesBefore = text.slice(0, index === 0 ? up : down).split('\n').length - 1
        return { file: path, text: lineEnd < 0 ? '' : part.slice(lineEnd), linesBefore }
      })
      return {
        name: file.slice(0, -'.sql'.length),
        key,
        up: upward ?? { file: path, text: '', linesBefore: 0 },
        down: downward ?? null,
        transaction: parts.every((part) => !/^.*\stransaction:false(?:\s|$)/.test(part)),
      }
    })
  },
}

function only(text: string, marker: RegExp, path: string, what: string): number {
  const [first, second] = [...text.matchAll(marker)]
  if (first === undefined) throw badFile(path, 'dbmate', `it has no \`-- migrate:${what}\``)
  if (second !== undefined) throw badFile(path, 'dbmate', `it has more than one \`-- migrate:${what}\``)
  return first.index
}
