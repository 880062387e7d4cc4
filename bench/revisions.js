/** Folders of revision files as dbmig writes them, for the benchmarks. */
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const repository = join(dirname(fileURLToPath(import.meta.url)), '..')

/**
 * A project as `npm init` leaves it, with revisions.
 *
 * @param {readonly (readonly number[])[]} parents of each revision, as places in the list itself: see `shapes`
 * @param {(index: number) => { up: string, down: string }} [bodies] of the functions of each revision
 * @returns {string} its folder, which the caller removes
 */
export function makeProject(parents, bodies = tableBodies) {
  const project = mkdtempSync(join(tmpdir(), 'dbmig-bench-'))
  const migrations = join(project, 'migrations')
  mkdirSync(migrations)
  mkdirSync(join(project, 'node_modules'))
  symlinkSync(join(repository, 'node_modules/kysely'), join(project, 'node_modules/kysely'), 'dir')
  writeFileSync(join(project, 'package.json'), '{ "type": "commonjs" }\n')
  writeFileSync(join(project, 'tsconfig.json'), '{ "compilerOptions": { "strict": true } }\n')
  parents.forEach((below, index) => {
    const date = new Date(Date.UTC(2020, 0, 1, 0, index)).toISOString()
    const minute = date.replace(/[-T:]/g, '').slice(0, 12)
    const name = `${minute}_${idOf(index)}_add_table_${index}.ts`
    writeFileSync(join(migrations, name), revisionText(index, below, `${date.slice(0, 19)}Z`, bodies(index)))
  })
  return project
}

/**
 * Each revision follows the one before.
 *
 * @param {number} count
 */
function line(count) {
  return Array.from({ length: count }, (_, index) => (index === 0 ? [] : [index - 1]))
}

/**
 * Eight branches side by side: one revision in ten merges two, and the next one begins another.
 *
 * @param {number} count
 */
function mesh(count) {
  const random = randomNumbers()
  /** @type {number[][]} */
  const parents = [[]]
  const tips = [0]
  for (let index = 1; index < count; index++) {
    const at = random(tips.length)
    const tip = tips[at] ?? 0
    const beside = parents[tip]?.[0]
    if (index % 10 === 9 && tips.length > 1) {
      const next = (at + 1) % tips.length
      parents.push([tip, tips[next] ?? 0])
      tips[at] = index
      tips.splice(next, 1)
    } else if (tips.length < 8 && beside !== undefined) {
      parents.push([beside])
      tips.push(index)
    } else {
      parents.push([tip])
      tips[at] = index
    }
  }
  return parents
}

export const shapes = { line, mesh }

/** @param {number} index */
export function idOf(index) {
  // Spread over all twelve digits, as random ids are.
  return ((BigInt(index + 1) * 0x9e3779b97f4b7c15n) & 0xffffffffffffn).toString(16).padStart(12, '0')
}

/** Numbers below a limit, the same in every run. */
function randomNumbers() {
  let state = 1
  return (/** @type {number} */ limit) => {
    state = (state * 48271) % 2147483647
    return state % limit
  }
}

function revisionText(index, below, date, { up, down: undo }) {
  const ids = below.map((each) => `'${idOf(each)}'`)
  const down = ids.length > 1 ? `[${ids.join(', ')}]` : (ids[0] ?? 'null')
  return `/**
 * add table ${index}
 *
 * Create date: ${date}
 */
import { type Kysely, sql } from 'kysely'

export const revision = '${idOf(index)}'
export const downRevision = ${down}
export const branchLabels = [] as const
export const dependsOn = [] as const

export async function up(db: Kysely<any>): Promise<void> {
${up}
}

export async function down(db: Kysely<any>): Promise<void> {
${undo}
}
`
}

/** @param {number} index */
function tableBodies(index) {
  return {
    up: `  await db.schema
    .createTable('table_${index}')
    .addColumn('id', 'bigint', (c) => c.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('email', 'text', (c) => c.notNull().unique())
    .addColumn('created_at', 'timestamptz', (c) => c.notNull().defaultTo(sql\`now()\`))
    .execute()
  await sql\`comment on table \${sql.table('table_${index}')} is 'who writes'\`.execute(db)`,
    down: `  await db.schema.dropTable('table_${index}').execute()`,
  }
}
