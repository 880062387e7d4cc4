/** Finding the configuration file and reading what it holds, as it is. */
import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { DbmigError } from '../errors.ts'
import { createModuleLoader } from '../loader/load-module.ts'
import {
  configEmpty,
  configFileMissing,
  configKindUnknown,
  configNotLoaded,
  configSyntax,
  configThrew,
  configUnreadable,
} from './errors.ts'

export interface FoundConfig {
  /** Absolute path. */
  readonly file: string
  /** The default export of a module, or what the data says: not yet checked. */
  readonly value: unknown
}

const searchPlaces = [
  ...['ts', 'mts', 'js', 'mjs', 'cjs', 'json'].map((extension) => `dbmig.config.${extension}`),
  ...['', '.json', '.yaml', '.yml'].map((extension) => `.dbmigrc${extension}`),
  'package.json',
]

/** By extension; `.dbmigrc` has none. */
const readers: Readonly<Record<string, (file: string, text: string) => unknown>> = {
  ...Object.fromEntries(['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs'].map((kind) => [kind, readModule])),
  '.json': readJson,
  '': readYaml,
  '.yaml': readYaml,
  '.yml': readYaml,
}

/**
 * Finds the nearest configuration from a folder up, or reads the file that is named. The places are those of cosmiconfig,
 * which itself is loaded for YAML alone: each start of dbmig would pay 20 ms for it.
 *
 * @returns null when no file was named and none was found
 * @throws DbmigError when the file is missing, empty, not valid, or throws
 */
export async function findConfig(cwd: string, configFile?: string): Promise<FoundConfig | null> {
  if (configFile !== undefined) return readNamed(resolve(cwd, configFile))
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    for (const place of searchPlaces) {
      const file = join(folder, place)
      const found = existsSync(file) ? await readFound(file) : null
      if (found !== null) return found
    }
    if (folder === dirname(folder)) return null
  }
}

/** @returns null for a folder, and for a package.json that has no part for dbmig or is none of the user's business */
async function readFound(file: string): Promise<FoundConfig | null> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    const code: unknown = Reflect.get(Object(error), 'code')
    if (code === 'EISDIR' || (code === 'EACCES' && basename(file) === 'package.json')) return null
    throw configUnreadable(file, error)
  }
  return readConfig(file, text)
}

async function readNamed(file: string): Promise<FoundConfig> {
  let text: string
  try {
    if ((await stat(file)).isDirectory()) throw configKindUnknown(file)
    text = await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof DbmigError) throw error
    const missing = error instanceof Error && Reflect.get(error, 'code') === 'ENOENT'
    throw missing ? configFileMissing(file) : configUnreadable(file, error)
  }
  const found = await readConfig(file, text)
  if (found === null) throw configEmpty(`\`dbmig\` in ${file}`)
  return found
}

/** @returns null for a package.json without the key `dbmig` */
async function readConfig(file: string, text: string): Promise<FoundConfig | null> {
  const extension = extname(file)
  const reader = Object.hasOwn(readers, extension) ? readers[extension] : undefined
  if (reader === undefined) throw configKindUnknown(file)
  if (text.trim() === '') throw configEmpty(file)
  if (basename(file) !== 'package.json') return { file, value: await reader(file, text) }
  const value: unknown = Reflect.get(Object(readJson(file, text)), 'dbmig')
  return value === undefined ? null : { file, value }
}

function readJson(file: string, text: string): unknown {
  return parsed(file, 'JSON', () => JSON.parse(text))
}

async function readYaml(file: string, text: string): Promise<unknown> {
  const { defaultLoaders } = await import('cosmiconfig')
  return parsed(file, 'YAML', () => defaultLoaders['.yaml'](file, text))
}

/** Parsers quote the text around an error, which may hold a password: only the line is told. */
function parsed(file: string, format: string, parse: () => unknown): unknown {
  try {
    return parse()
  } catch (error) {
    throw configSyntax(file, lineOf(error), format, undefined)
  }
}

function lineOf(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined
  const mark: unknown = Reflect.get(error, 'mark')
  if (typeof mark === 'object' && mark !== null) return Number(Reflect.get(mark, 'line')) + 1
  const line = /line (\d+) column/.exec(error.message)?.[1]
  return line === undefined ? undefined : Number(line)
}

async function readModule(file: string): Promise<unknown> {
  try {
    const { default: value } = await createModuleLoader({ root: dirname(file) }).load(file)
    return value
  } catch (error) {
    if (error instanceof DbmigError) throw configNotLoaded(error)
    throw configThrew(file, error)
  }
}
