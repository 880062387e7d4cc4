/** The main job on a small shop, step by step, with the real command line and the embedded database. Safe to run twice. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const work = join(here, '.demo')
const cli = join(here, '../../bin/dbmig.js')

rmSync(work, { recursive: true, force: true })
mkdirSync(join(work, 'migrations'), { recursive: true })
for (const file of ['dbmig.config.ts', 'schema.ts']) cpSync(join(here, file), join(work, file))

say(`A shop is declared in ${relative(process.cwd(), join(work, 'schema.ts'))}. Its database is empty.`)
dbmig('revision', '--autogenerate', '-m', 'create the shop')
print('migrations')
dbmig('upgrade', 'head')

say('The shop wants telephone numbers, shorter titles, returns, and a faster list of orders.')
edit('schema.ts', [
  [`['open', 'paid', 'shipped']`, `['open', 'paid', 'shipped', 'returned']`],
  [
    `    .addColumn('name', 'varchar(200)', (c) => c.notNull())\n`,
    `    .addColumn('name', 'varchar(200)', (c) => c.notNull())\n    .addColumn('phone', 'text')\n`,
  ],
  [`addColumn('title', 'text'`, `addColumn('title', 'varchar(120)'`],
  [
    `  schema.createIndex('order_open')`,
    `  schema.createIndex('order_customer').on('order').columns(['customer_id', 'ordered_at']),\n  schema.createIndex('order_open')`,
  ],
])
dbmig('revision', '--autogenerate', '-m', 'phones, short titles, returns')
print('migrations')
dbmig('upgrade', 'head')

say('What has run, when, and whether the database is as declared:')
dbmig('history')
dbmig('check')

say('And back again.')
dbmig('downgrade', '-1')
dbmig('history')
dbmig('downgrade', 'base')

/** Prints a command, runs it, and stops the demo where it does not end as it should. */
function dbmig(...words) {
  console.log(`\n$ dbmig ${words.map((word) => (/^[\w=-]+$/.test(word) ? word : `"${word}"`)).join(' ')}`)
  const { DATABASE_URL: _, ...env } = process.env
  const { status } = spawnSync(process.execPath, [cli, ...words], { cwd: work, env, stdio: 'inherit' })
  if (status === 0) return
  console.error(`The command ended with ${status}.`)
  process.exit(1)
}

/** Prints the newest file of a folder. */
function print(folder) {
  const files = readdirSync(join(work, folder)).sort((a, b) => created(folder, a) - created(folder, b))
  const file = join(folder, files.at(-1))
  console.log(`\n$ cat ${file}`)
  console.log(readFileSync(join(work, file), 'utf8').trimEnd())
}

/** The first revision follows nothing, and the second follows it. */
function created(folder, file) {
  return readFileSync(join(work, folder, file), 'utf8').includes('downRevision = null') ? 0 : 1
}

/** Replaces texts of a file, and shows the lines that change. */
function edit(file, replacements) {
  console.log(`\n$ edit ${file}`)
  let text = readFileSync(join(work, file), 'utf8')
  for (const [before, after] of replacements) {
    if (!text.includes(before)) throw new Error(`${file} does not hold: ${before}`)
    text = text.replace(before, after)
    for (const line of after.trimEnd().split('\n')) console.log(`  ${line.trim()}`)
  }
  writeFileSync(join(work, file), text)
}

function say(text) {
  console.log(`\n# ${text}`)
}
