/**
 * `dbmig check` as a process of its own on 1,000 tables: where nothing has changed since it ran before, against
 * `pg_dump --schema-only`; and with nothing kept, against `psql -1 -f` of the schema and `pg_dump`. Ends with 1 where a limit
 * is broken. DBMIG_TEST_URL names a server in place of a throw-away one of Debian's; ROUNDS says how many pairs.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compare, createDatabase, schemasToMeasure, startServer, timeOf } from './schemas.js'

const cli = join(import.meta.dirname, '../bin/dbmig.js')
const rounds = Number(process.env['ROUNDS'] ?? 7)
const server = await startServer()
if (server === null)
  console.log("check: not measured, as Debian's package postgresql is not here and DBMIG_TEST_URL is not set")
else {
  try {
    console.log(`check, ${rounds} pairs of processes${' '.repeat(23)}PostgreSQL     dbmig     ratio`)
    for (const [name, sql] of Object.entries(schemasToMeasure())) await measure(server.url, name, sql)
  } finally {
    await server.stop()
  }
}

/** @param {string} server @param {string} name @param {string} sql */
async function measure(server, name, sql) {
  const project = mkdtempSync(join(tmpdir(), 'dbmig-bench-'))
  const live = createDatabase(server, sql)
  try {
    mkdirSync(join(project, 'migrations'))
    writeFileSync(join(project, 'schema.sql'), sql)
    writeFileSync(join(project, '.dbmigrc.json'), JSON.stringify({ url: live.url, schema: 'schema.sql' }))
    const check = (...flags) => timeOf(process.execPath, [cli, 'check', ...flags], project)
    const dump = () => timeOf('pg_dump', ['--schema-only', live.url])
    check()
    if (!(await compare(`${name}, nothing has changed`, rounds, 1.5, check, dump))) process.exitCode = 1
    const build = () => {
      const scratch = createDatabase(server)
      try {
        return (
          timeOf('psql', ['-qX1', '-o', '/dev/null', '-f', join(project, 'schema.sql'), '-d', scratch.url]) +
          dump()
        )
      } finally {
        scratch.drop()
      }
    }
    const cold = () => check('--no-cache')
    if (!(await compare(`${name}, nothing is kept`, Math.ceil(rounds / 2), 1.5, cold, build)))
      process.exitCode = 1
  } finally {
    live.drop()
    rmSync(project, { recursive: true, force: true })
  }
}
