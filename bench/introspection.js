/**
 * Reading the catalog of 1,000 tables against `pg_dump --schema-only` of the same, and how many statements it takes. Ends with 1
 * where a limit is broken. DBMIG_TEST_URL names a server in place of a throw-away one of Debian's; ROUNDS says how many pairs.
 */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { readCatalog } from '../modules/catalog/read.js'
import { openSession } from '../modules/database/open.js'
import { compare, createDatabase, schemasToMeasure, startServer, tables, timeOf } from './schemas.js'

const here = fileURLToPath(import.meta.url)
const scope = { schemas: ['*'], hiddenTables: [] }
const [, script, url] = process.argv
if (url !== undefined && script === here) await measure(url)
else await report()

async function report() {
  const rounds = Number(process.env['ROUNDS'] ?? 7)
  const server = await startServer()
  if (server === null) {
    console.log(
      "introspection: not measured, as Debian's package postgresql is not here and DBMIG_TEST_URL is not set",
    )
    return
  }
  try {
    console.log(`introspection, ${rounds} pairs of processes${' '.repeat(16)}pg_dump     dbmig     ratio`)
    for (const [name, sql] of Object.entries(schemasToMeasure())) {
      const database = createDatabase(server.url, sql)
      const dump = () => timeOf('pg_dump', ['--schema-only', database.url])
      const read = () => Number(execFileSync(process.execPath, [here, database.url], { encoding: 'utf8' }))
      try {
        if (!(await compare(name, rounds, 1, read, dump))) process.exitCode = 1
      } finally {
        database.drop()
      }
    }
    const counts = []
    for (const count of [1, 100]) counts.push(await countStatements(server.url, tables(count)))
    console.log(`  statements: ${counts[0]} for one table, ${counts[1]} for a hundred`)
    if (counts[0] !== counts[1]) process.exitCode = 1
  } finally {
    await server.stop()
  }
}

/** From before the connection to the catalog, in a process that has read none before. @param {string} url */
async function measure(url) {
  const begin = performance.now()
  const session = await openSession(url)
  await readCatalog(session, scope)
  console.log(performance.now() - begin)
  await session.close()
}

/** @param {string} server @param {string} sql */
async function countStatements(server, sql) {
  const database = createDatabase(server, sql)
  const session = await openSession(database.url)
  let count = 0
  const counted = {
    ...session,
    queryAll: (statements) => {
      count += statements.length
      return session.queryAll(statements)
    },
    query: (statement, parameters) => {
      count++
      return session.query(statement, parameters)
    },
  }
  try {
    await readCatalog(counted, scope)
    return count
  } finally {
    await session.close()
    database.drop()
  }
}
