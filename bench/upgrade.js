/**
 * Running 1,000 small revisions (a table and an index each) up and down as a process of its own, against psql with the same
 * statements: up in a transaction each, down in one for all (and, to tell the cost of the commits, in one each: no limit). And a run with nothing to do, against a process that asks one question.
 * Ends with 1 where a limit is broken.
 *
 * DBMIG_TEST_URL names a server in place of a throw-away one of Debian's; ROUNDS says how many pairs, and SIZE how many revisions.
 */
import { spawnSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { makeProject, shapes } from './revisions.js'
import { compare, createDatabase, median, settle, startServer, timeOf } from './schemas.js'

const cli = join(import.meta.dirname, '../bin/dbmig.js')
const rounds = Number(process.env['ROUNDS'] ?? 5)
const size = Number(process.env['SIZE'] ?? 1000)
const limits = { up: 1.2, down: 2, idle: 2, cpuMs: 2500 }

const server = await startServer()
if (server === null)
  console.log(
    "upgrade: not measured, as Debian's package postgresql is not here and DBMIG_TEST_URL is not set",
  )
else {
  const project = makeProject(shapes.line(size), bodies)
  try {
    await measure(server.url, project)
  } finally {
    rmSync(project, { recursive: true, force: true })
    await server.stop()
  }
}

/** @param {string} server @param {string} project */
async function measure(server, project) {
  const script = (name, text) => {
    writeFileSync(join(project, name), text)
    return join(project, name)
  }
  const numbers = Array.from({ length: size }, (_, index) => index)
  const up = script('up.sql', numbers.map((index) => `begin;\n${upSql(index)}\ncommit;\n`).join(''))
  const up1 = script('up1.sql', numbers.map((index) => `${upSql(index)}\n`).join(''))
  const down = script(
    'down.sql',
    numbers
      .reverse()
      .map((index) => `drop table "table_${index}";\n`)
      .join(''),
  )
  const downEach = script(
    'down-each.sql',
    numbers.map((index) => `begin;\ndrop table "table_${index}";\ncommit;\n`).join(''),
  )
  const psql = (url, ...args) => timeOf('psql', ['-qX', '-v', 'ON_ERROR_STOP=1', '-d', url, ...args], project)

  // Thousands of files that are removed slow down whoever makes some next: all databases go at the end.
  const made = []
  const createOne = () => {
    const database = createDatabase(server)
    made.push(database)
    return database
  }
  let [own, other] = [createOne(), createOne()]
  const use = (more = {}) =>
    writeFileSync(join(project, '.dbmigrc.json'), JSON.stringify({ url: own.url, ...more }))
  /** @type {Record<'up' | 'down' | 'each' | 'together', { psql: number[], own: number[], cpu: number[] }>} */
  const taken = {
    up: { psql: [], own: [], cpu: [] },
    down: { psql: [], own: [], cpu: [] },
    each: { psql: [], own: [], cpu: [] },
    together: { psql: [], own: [], cpu: [] },
  }
  const settled = (work) => {
    settle(server)
    return work()
  }
  const inTurn = (round, one, other) => {
    if (round % 2 === 0) return [settled(one), settled(other)]
    const second = settled(other)
    return [settled(one), second]
  }
  const pair = (name, psqlMs, { ms, cpuMs }) => {
    taken[name].psql.push(psqlMs)
    taken[name].own.push(ms)
    taken[name].cpu.push(cpuMs)
  }
  try {
    console.log(`${size} revisions, ${rounds} pairs of processes${' '.repeat(19)}psql     dbmig     ratio`)
    // Once before: Node 20 keeps what it has compiled of the files.
    use()
    run(project, 'upgrade', 'head')
    for (let round = 0; round < rounds; round++) {
      own = createOne()
      other = createOne()
      use()
      // By turns: who comes second finds the disk at what the first has left.
      const [theirs, ours] = inTurn(
        round,
        () => psql(other.url, '-f', up),
        () => run(project, 'upgrade', 'head'),
      )
      pair('up', theirs, ours)
      const [each, undone] = inTurn(
        round,
        () => psql(other.url, '-f', downEach),
        () => run(project, 'downgrade', 'base'),
      )
      psql(other.url, '-1', '-f', up1)
      use({ transaction: 'run' })
      run(project, 'upgrade', 'head')
      const [together, undoneTogether] = inTurn(
        round,
        () => psql(other.url, '-1', '-f', down),
        () => run(project, 'downgrade', 'base'),
      )
      pair('down', together, undone)
      pair('each', each, undone)
      pair('together', together, undoneTogether)
    }
    print('upgrade head', taken.up, limits.up)
    print('downgrade base : psql -1', taken.down, limits.down)
    print('downgrade base : psql, a transaction each', taken.each, null)
    print("downgrade base, transaction 'run' : psql -1", taken.together, limits.down)
    const cpu = { up: taken.up.cpu, down: taken.down.cpu }
    const used = median(cpu.up)
    console.log(
      `  processor time of upgrade ${Math.round(used)} ms, at most ${limits.cpuMs} ms; of downgrade ${Math.round(median(cpu.down))} ms`,
    )
    if (used > limits.cpuMs) process.exitCode = 1

    run(project, 'upgrade', 'head')
    const driver = createRequire(import.meta.url).resolve('pg')
    const question = `const { Client } = require(${JSON.stringify(driver)})
      const client = new Client(${JSON.stringify(own.url)})
      client.connect().then(() => client.query('select 1')).then(() => client.end())`
    const least = () => timeOf(process.execPath, ['-e', question], project)
    for (const args of [['upgrade', 'head'], ['current']]) {
      const idle = () => timeOf(process.execPath, [cli, ...args], project)
      idle()
      if (!(await compare(`${args.join(' ')}, nothing to do`, rounds * 3, limits.idle, idle, least))) {
        process.exitCode = 1
      }
    }
  } finally {
    for (const { drop } of made) drop()
  }
}

/** @param {string} name @param {{ psql: number[], own: number[] }} taken @param {number | null} limit null: only told */
function print(name, { psql, own }, limit) {
  const ratio = median(own.map((ms, index) => ms / (psql[index] ?? 0)))
  const cells = [`${Math.round(median(psql))} ms`, `${Math.round(median(own))} ms`, `${ratio.toFixed(2)} ×`]
  const tooMuch = limit !== null && ratio > limit
  if (tooMuch) process.exitCode = 1
  console.log(
    `  ${name.padEnd(44)} ${cells.map((cell) => cell.padStart(9)).join(' ')}${limit === null ? '' : `  at most ${limit} ×`}${tooMuch ? '  too much' : ''}`,
  )
}

/** @param {string} project @param {readonly string[]} args */
function run(project, ...args) {
  const preload = join(import.meta.dirname, 'cpu-time.cjs')
  const begin = performance.now()
  const result = spawnSync(process.execPath, ['--require', preload, cli, ...args], {
    cwd: project,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
    maxBuffer: 1e9,
  })
  if (result.status !== 0) throw new Error(`dbmig ${args.join(' ')} failed: ${result.stderr}`)
  return { ms: performance.now() - begin, cpuMs: Number(result.output[3]) }
}

/** What `up` runs, as Kysely writes it. @param {number} index */
function upSql(index) {
  const table = `"table_${index}"`
  return `create table ${table} ("id" bigint generated always as identity primary key, "email" text not null, "created_at" timestamptz default now() not null);
create index "table_${index}_email" on ${table} ("email");`
}

/** @param {number} index */
function bodies(index) {
  return {
    up: `  await db.schema
    .createTable('table_${index}')
    .addColumn('id', 'bigint', (c) => c.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('email', 'text', (c) => c.notNull())
    .addColumn('created_at', 'timestamptz', (c) => c.notNull().defaultTo(sql\`now()\`))
    .execute()
  await db.schema.createIndex('table_${index}_email').on('table_${index}').column('email').execute()`,
    down: `  await db.schema.dropTable('table_${index}').execute()`,
  }
}
