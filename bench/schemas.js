/** Schemas and servers for the benchmarks that need PostgreSQL's own programs beside dbmig. */
import { execFileSync, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createJiti } from 'jiti'

/**
 * So many tables: ten columns, two indexes, a foreign key and a check each.
 *
 * @param {number} count
 */
export function tables(count) {
  const numbers = Array.from({ length: count }, (_, number) => number)
  return [...numbers.map(table), ...numbers.map((number) => foreignKey(number, count))].join('\n')
}

/** @param {number} number */
function table(number) {
  return `create table t${number} (
    id bigint generated always as identity primary key, parent_id bigint, name text not null,
    email varchar(255) not null default '', amount numeric(12,2) not null default 0, created_at timestamptz not null default now(),
    updated_at timestamptz, active boolean not null default true, data jsonb not null default '{}', note text,
    constraint t${number}_amount_check check (amount >= 0 and amount < 1000000));
  create index t${number}_name_idx on t${number} (name);
  create unique index t${number}_email_idx on t${number} (lower(email)) where active;`
}

/** @param {number} number @param {number} count */
function foreignKey(number, count) {
  return `alter table t${number} add constraint t${number}_parent_fkey foreign key (parent_id) references t${(number * 7 + 1) % count} (id);`
}

/** What is measured: 1,000 tables, and a real schema where the corpus is at hand. */
export function schemasToMeasure() {
  const real = join(import.meta.dirname, '../../shared/corpus/schemas/musicbrainz.sql')
  return {
    '1000 tables': tables(1000),
    ...(existsSync(real) ? { musicbrainz: readFileSync(real, 'utf8') } : {}),
  }
}

/** The server that DBMIG_TEST_URL names, or a throw-away one of Debian's; null where there is neither. */
export async function startServer() {
  const given = process.env['DBMIG_TEST_URL']
  if (given) return { url: given, stop: async () => {} }
  const jiti = createJiti(import.meta.url)
  const { debianPostgres, startDebianCluster } = await jiti.import('../test/conformance/debian-cluster.ts')
  const bin = debianPostgres()
  if (bin === null) return null
  const cluster = await startDebianCluster(bin, 'plain')
  return { url: `${cluster.base}/postgres`, stop: cluster.stop }
}

/**
 * A database of its own.
 *
 * @param {string} server @param {string} sql what it is filled with
 * @returns {{ url: string, drop: () => void }}
 */
export function createDatabase(server, sql = '') {
  const name = `dbmig_bench_${randomBytes(6).toString('hex')}`
  psql(server, `create database ${name}`)
  const url = Object.assign(new URL(server), { pathname: `/${name}` }).href
  psql(url, sql)
  return { url, drop: () => psql(server, `drop database ${name} with (force)`) }
}

/** @param {string} url @param {string} sql */
function psql(url, sql) {
  execFileSync('psql', ['-qXo', '/dev/null', '-v', 'ON_ERROR_STOP=1', '-d', url], {
    input: sql,
    stdio: ['pipe', 'ignore', 'inherit'],
  })
}

/**
 * Lets the server and the disk finish what was asked of them before, so that what is measured next does not wait for that.
 *
 * @param {string} server
 */
export function settle(server) {
  psql(server, 'checkpoint')
  spawnSync('sync')
}

/**
 * How long a process takes, in milliseconds.
 *
 * @param {string} program @param {readonly string[]} args @param {string} [cwd]
 */
export function timeOf(program, args, cwd) {
  const begin = performance.now()
  const { status, error, stderr } = spawnSync(program, args, {
    cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed: ${error?.message ?? stderr}`)
  return performance.now() - begin
}

/** @param {readonly number[]} values */
export function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

/**
 * Measures two things in turn, and prints both and their ratio.
 *
 * @param {string} name @param {number} rounds @param {number} limit
 * @param {() => number | Promise<number>} own @param {() => number | Promise<number>} other
 * @returns {Promise<boolean>} whether it is within the limit
 */
export async function compare(name, rounds, limit, own, other) {
  const pairs = []
  for (let round = 0; round < rounds; round++) pairs.push({ other: await other(), own: await own() })
  const ratio = median(pairs.map((pair) => pair.own / pair.other))
  const cells = [
    `${Math.round(median(pairs.map((pair) => pair.other)))} ms`,
    `${Math.round(median(pairs.map((pair) => pair.own)))} ms`,
    `${ratio.toFixed(2)} ×`,
  ]
  const holds = ratio <= limit
  console.log(
    `  ${name.padEnd(44)} ${cells.map((cell) => cell.padStart(9)).join(' ')}  at most ${limit} ×${holds ? '' : '  too much'}`,
  )
  return holds
}
