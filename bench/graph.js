/**
 * The graph commands on folders of 100, 1,000 and 10,000 revisions: their time against the least that any program would need,
 * their peak memory, and how planning grows. Ends with 1 where the largest folder breaks a limit.
 *
 * Times are medians over pairs of processes that run in turn, start of `node` included on both sides. DBMIG_TEST_URL names a
 * server to use in place of a throw-away one; ROUNDS says how many pairs, and
 * SIZES which folders: 100,10000.
 */
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createJiti } from 'jiti'
import pg from 'pg'
import { measurePlanning } from './planning.js'
import { makeProject, shapes } from './revisions.js'

const repository = join(dirname(fileURLToPath(import.meta.url)), '..')
const cli = join(repository, 'bin/dbmig.js')
const rounds = Number(process.env['ROUNDS'] ?? 9)
const sizes = (process.env['SIZES'] ?? '100,1000,10000').split(',').map(Number)
const largest = 10_000
const limits = { ratio: 2.5, megabytes: 100, growth: 12 }

const { startCluster } = await createJiti(import.meta.url).import('../test/support/cluster.ts')
const server = await startCluster()
let broken = 0
try {
  console.log(
    `Node ${process.version}, ${rounds} pairs; at ${largest} revisions at most ${limits.ratio} × and ${limits.megabytes} MB`,
  )
  for (const [shape, make] of Object.entries(shapes)) {
    for (const size of sizes) {
      console.log(
        `\n${`${shape} of ${size}`.padEnd(34)} ${'least'.padStart(8)} ${'dbmig'.padStart(8)} ${'ratio'.padStart(8)} ${'peak'.padStart(8)}`,
      )
      const project = makeProject(make(size))
      try {
        measureFiles(project, size)
        await measureDatabase(project, size)
      } finally {
        rmSync(project, { recursive: true, force: true })
      }
    }
    console.log(`\nplanning on a ${shape}, 1000 and ${largest} revisions; at most ${limits.growth} ×`)
    for (const { name, small, large } of measurePlanning(shape, 1000, largest, 5)) {
      const growth = large / small
      print(
        name,
        [`${small.toFixed(2)} ms`, `${large.toFixed(2)} ms`, `${growth.toFixed(1)} ×`],
        growth > limits.growth,
      )
    }
  }
} finally {
  await server.stop()
}
if (broken > 0) process.exitCode = 1

/** @param {string} project @param {number} size */
function measureFiles(project, size) {
  const script = `const { readdirSync, readFileSync } = require('fs')
    for (const name of readdirSync('migrations')) readFileSync('migrations/' + name, 'utf8')`
  for (const config of ['.dbmigrc.json', 'dbmig.config.ts']) {
    writeConfig(project, config, {})
    for (const command of ['heads', 'history', 'history --json']) {
      compare(`${command}, ${config}`, command, ['-e', script], project, size)
    }
    rmSync(join(project, config))
  }
}

/** @param {string} project @param {number} size */
async function measureDatabase(project, size) {
  const name = `dbmig_bench_${randomBytes(6).toString('hex')}`
  await onServer(`create database ${name}`)
  const url = Object.assign(new URL(server.url), { pathname: `/${name}` }).href
  try {
    writeConfig(project, '.dbmigrc.json', { url })
    print('stamp heads', ['', `${Math.round(time([cli, 'stamp', 'heads'], project))} ms`], false)
    const rows = queryProcess(url, 'select revision, down_revisions, depends_on, status from dbmig_version')
    compare('current : rows', 'current', rows, project, size)
    compare('current : select 1', 'current', queryProcess(url, 'select 1'), project)
    for (const command of ['history', 'upgrade heads']) {
      compare(`${command} : rows`, command, rows, project)
    }
  } finally {
    await onServer(`drop database ${name} with (force)`)
  }
}

/**
 * Runs a command of dbmig and another process in turn, and prints both.
 *
 * @param {string} name @param {string} command @param {string[]} other @param {string} project
 * @param {number} [size] of the project, where the limit of time is for this command
 */
function compare(name, command, other, project, size) {
  const own = [cli, ...command.split(' ')]
  const pairs = Array.from({ length: rounds }, () => ({
    least: time(other, project),
    dbmig: time(own, project),
  }))
  const ratio = median(pairs.map(({ least, dbmig }) => dbmig / least))
  const peak = peakMemory(own, project)
  print(
    name,
    [
      `${Math.round(median(pairs.map(({ least }) => least)))} ms`,
      `${Math.round(median(pairs.map(({ dbmig }) => dbmig)))} ms`,
      `${ratio.toFixed(2)} ×`,
      `${Math.round(peak)} MB`,
    ],
    (size === largest && ratio > limits.ratio) || peak > limits.megabytes,
  )
}

/** @param {string} name @param {string[]} cells @param {boolean} tooMuch */
function print(name, cells, tooMuch) {
  if (tooMuch) broken++
  const values = cells.map((cell) => cell.padStart(8)).join(' ')
  console.log(`  ${name.padEnd(32)} ${values}${tooMuch ? '  too much' : ''}`)
}

/** @param {string[]} args @param {string} cwd */
function time(args, cwd) {
  const begin = performance.now()
  start(args, cwd)
  return performance.now() - begin
}

/**
 * The most memory that a process held, in MB. Measured in a run of its own, as reading it takes time.
 *
 * @param {string[]} args @param {string} cwd
 */
function peakMemory(args, cwd) {
  const preload = fileURLToPath(new URL('peak-memory.cjs', import.meta.url))
  return Number(start(['--require', preload, ...args], cwd).output[3]) / 1024
}

/** @param {string[]} args @param {string} cwd */
function start(args, cwd) {
  const env = { ...process.env, DATABASE_URL: '', NO_COLOR: '1' }
  const stdio = /** @type {const} */ (['ignore', 'pipe', 'pipe', 'pipe'])
  const result = spawnSync(process.execPath, args, {
    cwd,
    env,
    stdio: [...stdio],
    encoding: 'utf8',
    maxBuffer: 1e9,
  })
  if (result.status !== 0) throw new Error(`node ${args.join(' ')} failed: ${result.stderr}`)
  return result
}

/** @param {string} url @param {string} sql */
function queryProcess(url, sql) {
  const driver = createRequire(import.meta.url).resolve('pg')
  const script = `const { Client } = require(${JSON.stringify(driver)})
    const client = new Client(${JSON.stringify(url)})
    client.connect().then(() => client.query(${JSON.stringify(sql)})).then(() => client.end())`
  return ['-e', script]
}

/** @param {string} project @param {string} name @param {object} config */
function writeConfig(project, name, config) {
  const text = JSON.stringify(config)
  writeFileSync(join(project, name), name.endsWith('.ts') ? `export default ${text}\n` : text)
}

/** @param {string} sql */
async function onServer(sql) {
  const client = new pg.Client(server.url)
  await client.connect()
  await client.query(sql)
  await client.end()
}

/** @param {number[]} values */
function median(values) {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
