/** A session that remembers the plans of the questions that a catalog is read with. */
import type { Session } from '../../src/database/session.ts'

/**
 * To read the catalog of a small schema is to plan fifty long queries, which takes PostgreSQL several times as long as to
 * answer them. Here they are prepared when they are first asked, and only executed from then on.
 */
export function planned(session: Session): Session {
  const names = new Map<string, string>()
  return {
    ...session,
    async queryAll(statements) {
      const fresh: string[] = []
      for (const sql of statements) {
        if (names.has(sql) || sql.length < 300 || !/^\s*(select|with)\b/.test(sql)) continue
        const name = `planned_${names.size}`
        names.set(sql, name)
        fresh.push(`prepare ${name} as ${sql}`)
      }
      const executing = statements.map((sql) => (names.has(sql) ? `execute ${names.get(sql)}` : sql))
      // Both are sent at once: the order of what is asked of a session is its own.
      const preparing = fresh.length === 0 ? undefined : session.execute(fresh.join(';\n'))
      const [, rows] = await Promise.all([preparing, session.queryAll(executing)])
      return rows
    },
  }
}
