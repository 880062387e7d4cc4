/** The command `init`: the files that a project starts with. */
import { existsSync, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { messageOf } from '../errors.ts'
import { notWritable } from './errors.ts'
import { findTemplate } from './list-templates.ts'
import { writeNewFile } from './write-file.ts'

export interface InitOptions {
  readonly cwd: string
  /** One of `list-templates`. Default: `default`. */
  readonly template?: string | undefined
  /** Files of the template that are not written, relative to the folder. */
  readonly without?: readonly string[] | undefined
}

export interface InitResult {
  /** The folder that was set up. */
  readonly folder: string
  /** Relative to the folder. */
  readonly written: readonly string[]
  /** What was there already and stayed as it was. */
  readonly kept: readonly string[]
  /** Packages that the files need and that are not installed. */
  readonly missingPackages: readonly string[]
  /** Whether the files name no database, so that a server must be named: through DATABASE_URL or --url. */
  readonly needsServer: boolean
}

const CONFIGURATION = /^(?:dbmig\.config\.\w+|\.dbmigrc(?:\.\w+)?)$/

/**
 * Writes a configuration, a first schema and a migrations folder. Overwrites nothing.
 *
 * @throws AUTHORING_UNKNOWN_TEMPLATE, AUTHORING_NOT_WRITABLE
 */
export async function initProject(options: InitOptions): Promise<InitResult> {
  const folder = resolve(options.cwd)
  const { files, packages, needsServer } = findTemplate(options.template ?? 'default')
  const written: string[] = []
  const kept: string[] = []
  for (const { source, target } of files) {
    if (options.without?.includes(target)) continue
    const there = CONFIGURATION.test(target) ? await configurationIn(folder) : undefined
    if (there !== undefined || existsSync(join(folder, target))) kept.push(there ?? target)
    else {
      await writeNewFile(join(folder, target), await readFile(source, 'utf8'))
      written.push(target)
    }
  }
  const missingPackages = packages.filter((name) => !isInstalled(name))
  return { folder, written, kept, missingPackages, needsServer }
}

/** The configuration that cosmiconfig would find in this very folder. */
async function configurationIn(folder: string): Promise<string | undefined> {
  if (!existsSync(folder)) return undefined
  const names = readdirSync(folder)
  const found = names.find((name) => CONFIGURATION.test(name))
  if (found !== undefined || !names.includes('package.json')) return found
  const file = join(folder, 'package.json')
  try {
    const manifest: unknown = JSON.parse(await readFile(file, 'utf8'))
    return Object.hasOwn(Object(manifest), 'dbmig') ? '`dbmig` in package.json' : undefined
  } catch (error) {
    throw notWritable(join(folder, 'dbmig.config.ts'), `${file} is no JSON (${messageOf(error)})`)
  }
}

/** Seen from dbmig itself, which is what imports them. */
function isInstalled(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name)
    return true
  } catch {
    return false
  }
}
