/** How long importing 1,000 revision files takes on this Node: natively, as scripts with nothing kept, and again. */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeProject, shapes } from './revisions.js'

const here = fileURLToPath(import.meta.url)
const repository = join(dirname(here), '..')
const [mode, root] = process.argv.slice(2)
if (mode === undefined) report()
else await measure(mode, root)

/** Every measurement runs in a process of its own, so that none finds another's modules. */
function report() {
  const count = 1000
  const project = makeProject(shapes.line(count))
  const child = (name) =>
    JSON.parse(execFileSync(process.execPath, [here, name, project], { encoding: 'utf8' }))
  try {
    const rows = [
      ['read headers (readRevisionFiles)', child('headers')],
      ['native', child('native')],
      ['as scripts, nothing kept', child('script')],
      ['as scripts, kept', child('script')],
    ]
    console.log(`Node ${process.version}, ${count} revision files`)
    for (const [name, result] of rows) {
      const time = result === null ? 'not on this Node' : `${result.ms} ms (first file ${result.firstMs} ms)`
      console.log(`  ${name.padEnd(36)} ${time}`)
    }
  } finally {
    rmSync(project, { recursive: true, force: true })
  }
}

async function measure(name, project) {
  const modules = join(repository, 'modules/loader')
  const files = readdirSync(join(project, 'migrations')).map((file) => join(project, 'migrations', file))
  const load = await importer(name, project, modules)
  if (load === null) {
    console.log('null')
    return
  }
  const start = performance.now()
  let first = 0
  if (name === 'headers') await load(join(project, 'migrations'))
  else {
    for (const file of files) {
      await load(file)
      if (first === 0) first = performance.now() - start
    }
  }
  console.log(JSON.stringify({ ms: Math.round(performance.now() - start), firstMs: Math.round(first) }))
}

async function importer(name, project, modules) {
  if (name === 'native') {
    const { canImportNatively, createNativeImporter } = await import(join(modules, 'native.js'))
    if (!canImportNatively()) return null
    const importer = createNativeImporter()
    return async (file) => {
      const result = await importer.load(file)
      if (!result.ok) throw result.error
    }
  }
  const { createModuleLoader } = await import(join(modules, 'load-module.js'))
  const loader = createModuleLoader({ root: project })
  if (name === 'script') return (file) => loader.load(file, readFileSync(file, 'utf8'))
  const { readRevisionFiles } = await import(join(modules, 'revision-files.js'))
  return (folder) => readRevisionFiles([folder], { loader })
}
