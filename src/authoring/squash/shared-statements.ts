/** Telling by a statement what it changes that all databases of a server share, and that no single one of them can be asked about. */
import { classifyStatement } from '../../schema/classify-statement.ts'
import { splitSql } from '../../sql/split-sql.ts'

/** @returns `a role`, `a tablespace`, … for each statement of an SQL text that changes one */
export function sharedChangesIn(sql: string): readonly string[] {
  const found = splitSql(sql, null).flatMap((statement) => {
    const classified = classifyStatement(statement.sql)
    if (classified.kind === 'cluster-wide') return [classified.what]
    // A role cannot be made "if not exists" but by a block, whose body is a string.
    return /^do\b/i.test(statement.sql) &&
      /\b(?:create|alter|drop)\s+(?:role|user|group)\b/i.test(statement.sql)
      ? ['a role']
      : []
  })
  return [...new Set(found)]
}
