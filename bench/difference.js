/**
 * The CPU that it takes to compare two catalogs and to order what differs, for 5,000 and 10,000 objects, made of one that a
 * server has reported. Ends with 1 where 10,000 take more than a second, or three times as much as half of them.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { emptyCatalog } from '../modules/catalog/catalog.js'
import { readCatalog } from '../modules/catalog/read.js'
import { restoreCatalog, storeCatalog } from '../modules/catalog/stored.js'
import { openSession } from '../modules/database/open.js'
import { compareCatalogs } from '../modules/diff/compare.js'
import { planChanges } from '../modules/diff/plan.js'
import { createDatabase, median, startServer, tables } from './schemas.js'

const here = fileURLToPath(import.meta.url)
/** A table of the benchmark with its columns, constraints and indexes is so many objects. */
const perTable = 16

/** What a catalog is compared with. */
const cases = {
  'all is new': (catalog) => ({ live: emptyCatalog(catalog), target: catalog }),
  'all goes': (catalog) => ({ live: catalog, target: emptyCatalog(catalog) }),
  'every object has another comment': (catalog) => ({
    live: catalog,
    target: mapped(catalog, (one) => ({ ...one, comment: 'new' })),
  }),
  'every key is of another type': (catalog) => ({
    live: catalog,
    target: mapped(catalog, (one) =>
      one.kind === 'column' && /id$/.test(one.name) ? { ...one, type: 'integer', baseType: 'integer' } : one,
    ),
  }),
  'nothing differs': (catalog) => ({ live: catalog, target: mapped(catalog, (one) => ({ ...one })) }),
}

const [, script, file, name] = process.argv
if (file !== undefined && script === here) console.log(measure(file, name ?? ''))
else await report()

async function report() {
  const server = await startServer()
  if (server === null) {
    console.log(
      "difference: not measured, as Debian's package postgresql is not here and DBMIG_TEST_URL is not set",
    )
    return
  }
  const files = []
  try {
    for (const objects of [5000, 10_000]) files.push(await keepCatalog(server.url, objects))
    console.log(`difference and order, CPU of a process${' '.repeat(18)}5000     10000    growth`)
    for (const name of Object.keys(cases)) {
      const [half = 0, whole = 0] = files.map((file) =>
        median(Array.from({ length: 5 }, () => inProcess(file, name))),
      )
      const tooMuch = whole > 1000 || whole > 3 * half
      if (tooMuch) process.exitCode = 1
      const cells = [`${Math.round(half)} ms`, `${Math.round(whole)} ms`, `${(whole / half).toFixed(1)} ×`]
      console.log(
        `  ${name.padEnd(44)} ${cells.map((cell) => cell.padStart(9)).join(' ')}${tooMuch ? '  too much' : ''}`,
      )
    }
  } finally {
    for (const file of files) rmSync(file)
    await server.stop()
  }
}

/** @param {string} server @param {number} objects @returns {Promise<string>} the file that keeps the catalog */
async function keepCatalog(server, objects) {
  const database = createDatabase(server, tables(Math.ceil(objects / perTable)))
  const session = await openSession(database.url)
  try {
    const catalog = await readCatalog(session, { schemas: ['*'], hiddenTables: [] })
    if (catalog.objects.size < objects) throw new Error(`only ${catalog.objects.size} objects`)
    const file = join(tmpdir(), `dbmig-bench-${process.pid}-${objects}.json`)
    writeFileSync(file, storeCatalog(catalog))
    return file
  } finally {
    await session.close()
    database.drop()
  }
}

/** @param {string} file @param {string} name */
function inProcess(file, name) {
  return Number(execFileSync(process.execPath, [here, file, name], { encoding: 'utf8' }))
}

/** @param {string} file @param {string} name */
function measure(file, name) {
  const sides = cases[name](restoreCatalog(readFileSync(file, 'utf8')))
  const begin = process.cpuUsage()
  planChanges(compareCatalogs(sides), sides)
  const { user, system } = process.cpuUsage(begin)
  return (user + system) / 1000
}

/** A catalog whose objects a function has changed. */
function mapped(catalog, change) {
  return {
    ...catalog,
    objects: new Map([...catalog.objects].map(([identity, object]) => [identity, change(object)])),
  }
}
