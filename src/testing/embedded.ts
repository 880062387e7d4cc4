/** Databases for tests in this process: copies of an embedded cluster that is kept beside the project. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSession } from '../database/open.ts'
import { makeStateFolder } from '../state-folder.ts'
import { writeWhole } from '../whole-file.ts'
import type { Clone } from './clone.ts'
import type { Template } from './template.ts'

/** By their keys; each process reads a file once. */
const clusters = new Map<string, Promise<Blob>>()

export async function cloneEmbedded(template: Template): Promise<Clone> {
  const { key } = template
  const reading = clusters.get(key) ?? readOrBuild(template)
  clusters.set(key, reading)
  reading.catch(() => clusters.delete(key))
  const session = await openSession('pglite:memory', { pgliteData: await reading })
  return { url: 'pglite:memory', open: () => session.kysely(), drop: () => session.close() }
}

async function readOrBuild(template: Template): Promise<Blob> {
  const folder = await makeStateFolder(template.root, 'testing')
  const name = `${template.group}-${template.key}.tar`
  try {
    return new Blob([await readFile(join(folder, name))])
  } catch (error) {
    if (Reflect.get(Object(error), 'code') !== 'ENOENT') throw error
  }
  const data = await build(template)
  // A name that is there stands for all of the file.
  await writeWhole(join(folder, name), Buffer.from(await data.arrayBuffer()))
  for (const other of await readdir(folder)) {
    if (other.startsWith(`${template.group}-`) && other.endsWith('.tar') && other !== name)
      await rm(join(folder, other), { force: true })
  }
  return data
}

async function build({ fill }: Template): Promise<Blob> {
  const folder = await mkdtemp(join(tmpdir(), 'dbmig-testing-'))
  try {
    const data = join(folder, 'data')
    await fill(`pglite:${data}`)
    const { PGlite } = await import('@electric-sql/pglite')
    const database = await PGlite.create({ dataDir: data })
    try {
      return await database.dumpDataDir('none')
    } finally {
      await database.close()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
