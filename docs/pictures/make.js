// Makes the pictures of the README: `npm run pictures`. The shop is that of the examples; the graph is made up here.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { diagram, historyPicture, upgrade } from '../../dist/index.js'

const told = ({ path, written }) => console.log(`${path} ${written ? 'is new' : 'was up to date'}`)

const shop = join(import.meta.dirname, '../../examples/shop')
told(await diagram({ cwd: shop, output: join(import.meta.dirname, 'shop.svg') }))
await drawGraph(join(import.meta.dirname, 'graph.svg'))

/** @param {string} output */
async function drawGraph(output) {
  const folder = mkdtempSync(join(tmpdir(), 'dbmig-pictures-'))
  try {
    const revisions = [
      { id: '1c0d5e77aa02', down: null, message: 'first tables' },
      { id: '3f2a9c1b7d10', down: '1c0d5e77aa02', message: 'add email to users' },
      { id: '7e41b0c9d522', down: '3f2a9c1b7d10', message: 'invoices', label: 'billing' },
      { id: 'a90c33f18e6b', down: '7e41b0c9d522', message: 'lines of invoices' },
      { id: '52d8e7fb0c14', down: '3f2a9c1b7d10', message: 'a view of orders', label: 'reports' },
      { id: 'c6b1f4a2097d', down: ['a90c33f18e6b', '52d8e7fb0c14'], message: 'merge billing and reports' },
      { id: 'e08d6a5b3f91', down: 'c6b1f4a2097d', message: 'invoices in reports' },
    ]
    for (const revision of revisions) writeFileSync(join(folder, `${revision.id}.mjs`), sourceOf(revision))
    const database = join(folder, 'database')
    const options = { cwd: folder, config: { url: `pglite:${database}`, migrations: folder } }
    await upgrade({ ...options, target: 'c6b1f4a2097d' })
    const pglite = new PGlite(database)
    await pglite.exec("update dbmig_version set applied_at = '2026-03-02 09:00+00'")
    await pglite.close()
    told(await historyPicture({ ...options, output }))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function sourceOf({ id, down, message, label }) {
  return `/** ${message} */
export const revision = '${id}'
export const downRevision = ${JSON.stringify(down)}
export const branchLabels = ${JSON.stringify(label === undefined ? [] : [label])}
export async function up() {}
`
}
