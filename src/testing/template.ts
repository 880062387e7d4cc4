/** What a template holds, and the key that is another one as soon as anything of that is. */
import { createHash } from 'node:crypto'
import { relative } from 'node:path'
import type { Project } from '../config/config.ts'
import { readText } from '../loader/read-text.ts'
import { listRevisionFiles } from '../loader/revision-files.ts'
import { upgrade } from '../runner/upgrade.ts'
import { dbmigVersion } from '../version.ts'

export interface Template {
  /** The project's folder. */
  readonly root: string
  /** Of the project: its templates take each other's place. */
  readonly group: string
  /** Of what it holds. */
  readonly key: string
  /** Migrates an empty database. */
  readonly fill: (url: string) => Promise<void>
}

/** Raised when templates are made in another way. */
const FORMAT = 1

/** @throws `LOADER_…` where the files cannot be read */
export function templateOf(project: Project, target: string): Template {
  const { root, migrations, recursive, versionTable, versionSchema, transaction } = project
  const paths = migrations.flatMap((folder) => listRevisionFiles(folder, { recursive }))
  const files = paths.map((path) => [relative(root, path), readText(path)])
  const settings = [FORMAT, dbmigVersion(), target, versionTable, versionSchema, transaction]
  return {
    root,
    group: hash(JSON.stringify([root, migrations])).slice(0, 8),
    key: hash(JSON.stringify([settings, files])).slice(0, 24),
    async fill(url) {
      await upgrade({ ...project, url, databases: undefined }, { target })
    },
  }
}

export function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
