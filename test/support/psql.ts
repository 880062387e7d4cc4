/** Running a script as `psql -f` does: with psql where there is one, else with the few of its commands that dbmig's scripts use. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import { execa } from 'execa'
import pg from 'pg'
import { tokensOf } from '../../src/sql/lexer.ts'

/** psql on the PATH or of Debian's package; null where there is none. npm's embedded PostgreSQL has none. */
export const psqlPath: string | null = (() => {
  const debian = '/usr/lib/postgresql'
  const folders = existsSync(debian) ? readdirSync(debian).map((name) => `${debian}/${name}/bin/psql`) : []
  return ['psql', ...folders].find((path) => spawnSync(path, ['--version']).status === 0) ?? null
})()

export interface ScriptResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** Pipes a script into psql. */
export async function psql(
  url: string,
  script: string,
  flags: readonly string[] = [],
): Promise<ScriptResult> {
  const { exitCode, stdout, stderr } = await execa(psqlPath ?? 'psql', ['-X', ...flags, '-d', url], {
    input: script,
    reject: false,
    env: { LC_ALL: 'C' },
  })
  return { exitCode: exitCode ?? -1, stdout, stderr }
}

/** As `psql`, also where there is none. */
export async function runScript(url: string, script: string): Promise<ScriptResult> {
  if (psqlPath !== null) return psql(url, script)
  const client = new pg.Client(url)
  await client.connect()
  try {
    await interpret(client, script)
    return { exitCode: 0, stdout: '', stderr: '' }
  } catch (error) {
    return { exitCode: 3, stdout: '', stderr: String(error) }
  } finally {
    await client.end()
  }
}

/** Knows `\set`, `\if`, `\gset` and `:'name'`, with each command on a line of its own and none inside a string. */
async function interpret(client: pg.Client, script: string): Promise<void> {
  const known: Record<string, string> = { '`whoami`': userInfo().username, '`hostname`': hostname() }
  const variables = new Map<string, string>()
  let skipping = false
  let pending = ''
  const send = async (sql: string) => {
    const text = sql.replace(/:'(\w+)'/g, (_, name) => pg.escapeLiteral(variables.get(name) ?? ''))
    const statements = statementsOf(text)
    let rows: Record<string, unknown>[] = []
    for (const statement of statements) rows = (await client.query(statement)).rows
    return rows
  }
  for (const line of script.split('\n')) {
    const [, command, rest = ''] = /^\\(\w+)\s*(.*)$/.exec(line) ?? []
    if (command === undefined) {
      if (!skipping) pending += `${line}\n`
      continue
    }
    const sql = pending
    pending = ''
    if (command === 'gset') {
      const [row, ...more] = await send(sql)
      if (row === undefined || more.length > 0) throw new Error('no row for \\gset')
      for (const [name, value] of Object.entries(row)) variables.set(`${rest}${name}`, String(value))
      continue
    }
    await send(sql)
    const [name = '', value = ''] = rest.split(' ')
    if (command === 'set') variables.set(name, known[value] ?? value)
    if (command === 'if') skipping = variables.get(rest.slice(1)) !== 'true'
    if (command === 'endif') skipping = false
  }
  await send(pending)
}

function statementsOf(sql: string): string[] {
  const statements: string[] = []
  let statement = ''
  for (const { start, end } of tokensOf(sql)) {
    const part = sql.slice(start, end)
    if (part !== ';') statement += part
    else {
      statements.push(statement)
      statement = ''
    }
  }
  return [...statements, statement].filter((text) => text.trim() !== '')
}
