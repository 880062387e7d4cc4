/** The database of a file of tests in which scripts run only to be looked at: each is undone before the next. */
import { afterAll } from 'vitest'
import { openSession } from '../../src/database/open.ts'
import type { Session } from '../../src/database/session.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { planned } from './planned.ts'

interface Scratch {
  readonly database: TestDatabase
  readonly session: Session
}

let opening: Promise<Scratch> | undefined
let last: Promise<unknown> = Promise.resolve()

afterAll(async () => {
  if (opening === undefined) return
  const { database, session } = await opening
  await session.close()
  await database.drop()
})

/**
 * Runs a script in a database that is otherwise empty, looks at it, and undoes it.
 *
 * @param look may read catalogs; the transaction is not its own to end
 */
export function inScratch<T>(script: string, look: (session: Session) => Promise<T>): Promise<T> {
  const looking = last.then(() => runAndUndo(script, look))
  last = looking.catch(() => {})
  return looking
}

async function runAndUndo<T>(script: string, look: (session: Session) => Promise<T>): Promise<T> {
  opening ??= open()
  const { session } = await opening
  const seen = await runAndLook(script, look, session).finally(() => session.execute('rollback'))
  const [{ isLeft } = {}] = await session.query<{ isLeft: boolean }>(
    `select exists (select from pg_depend where objid >= 16384) as "isLeft"`,
  )
  // What ends its own transaction was read outside of one, and stays for the next to see.
  if (isLeft !== false) throw new Error(`This script needs a database of its own:\n${script}`)
  return seen
}

async function runAndLook<T>(
  script: string,
  look: (session: Session) => Promise<T>,
  session: Session,
): Promise<T> {
  await session.execute('begin')
  await session.execute(script)
  return look(within(session))
}

async function open(): Promise<Scratch> {
  const database = await createTestDatabase()
  return { database, session: planned(await openSession(database.url)) }
}

/** A session for what begins a transaction of its own and takes it back, which is neither begun nor taken back. */
function within(session: Session): Session {
  const begins = (sql: string) => /^begin\b/.test(sql)
  return {
    ...session,
    queryAll: (statements) => session.queryAll(statements.map((sql) => (begins(sql) ? 'select' : sql))),
    execute: async (sql) => {
      if (sql !== 'rollback') await session.execute(sql)
    },
  }
}
