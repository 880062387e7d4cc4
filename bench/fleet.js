/**
 * `dbmig upgrade head --all --concurrency 16` on many databases with ten revisions each, against as many processes of
 * `dbmig upgrade head`, four at a time. Ends with 1 where a limit is broken. DATABASES says how many (100 unless told; the promise is for
 * 500), DBMIG_TEST_URL names a server in place of a throw-away one of Debian's.
 */
import { spawn } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeProject, shapes } from './revisions.js'
import { createDatabase, startServer, timeOf } from './schemas.js'

const cli = join(import.meta.dirname, '../bin/dbmig.js')
const count = Number(process.env['DATABASES'] ?? 100)
const limit = 1 / 3
const server = await startServer()
if (server === null)
  console.log("fleet: not measured, as Debian's package postgresql is not here and DBMIG_TEST_URL is not set")
else {
  const databases = []
  const project = makeProject(shapes.line(10))
  try {
    for (let index = 0; index < count; index++) databases.push(createDatabase(server.url))
    const urls = databases.map(({ url }) => url)
    const named = Object.fromEntries(urls.map((url, index) => [`d${index}`, url]))
    writeFileSync(join(project, '.dbmigrc.json'), JSON.stringify({ url: server.url, databases: named }))
    const fleet = (...args) =>
      timeOf(process.execPath, [cli, ...args, '--all', '--concurrency', '16'], project)

    const processes = await separately(urls, 4, project)
    fleet('downgrade', 'base')
    const own = fleet('upgrade', 'head')
    const ratio = own / processes
    const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(1)} s`
    console.log(
      `fleet, ${count} databases × 10 revisions: ${count} processes, four at a time ${seconds(processes)}, --all --concurrency 16 ${seconds(own)}, ${ratio.toFixed(2)} ×  at most ${limit.toFixed(2)} ×${ratio <= limit ? '' : '  too much'}`,
    )
    if (ratio > limit) process.exitCode = 1
  } finally {
    for (const database of databases) database.drop()
    rmSync(project, { recursive: true, force: true })
    await server.stop()
  }
}

/**
 * A process for each database.
 *
 * @param {readonly string[]} urls @param {number} atOnce @param {string} cwd
 * @returns {Promise<number>} how long all of them take, in milliseconds
 */
async function separately(urls, atOnce, cwd) {
  const begin = performance.now()
  const left = urls.values()
  const worker = async () => {
    for (const url of left) await upgrade(url, cwd)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return performance.now() - begin
}

/** @param {string} url @param {string} cwd */
function upgrade(url, cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, 'upgrade', 'head', '--url', url], { cwd, stdio: 'ignore' })
    child.on('error', reject)
    child.on('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`dbmig upgrade ended with ${code}`)),
    )
  })
}
