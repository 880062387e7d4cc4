/** Finding the configuration file and reading what it holds, as it is. */
import { stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import type { Loader } from 'cosmiconfig'
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

const moduleKinds = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs']
const searchPlaces = [
  ...['ts', 'mts', 'js', 'mjs', 'cjs', 'json'].map((extension) => `dbmig.config.${extension}`),
  ...['', '.json', '.yaml', '.yml'].map((extension) => `.dbmigrc${extension}`),
  'package.json',
]

/**
 * Finds the nearest configuration from a folder up, or reads the file that is named.
 *
 * @returns null when no file was named and none was found
 * @throws DbmigError when the file is missing, empty, not valid, or throws
 */
export async function findConfig(cwd: string, configFile?: string): Promise<FoundConfig | null> {
  const { cosmiconfig, defaultLoaders } = await import('cosmiconfig')
  const json: Loader = (file, content) => read(file, 'JSON', () => JSON.parse(content))
  const yaml: Loader = (file, content) => read(file, 'YAML', () => defaultLoaders['.yaml'](file, content))
  // cosmiconfig takes an error that a loader throws with a code such as ENOENT for a file that is not there, and goes
  // on searching; so the loaders only say how to read, and the reading is done here.
  const module: Loader = (file) => ({ read: () => readModule(file) })
  const data =
    (loader: Loader): Loader =>
    (file, content) => {
      if (basename(file) !== 'package.json') return { read: () => loader(file, content) }
      const own: unknown = Reflect.get(Object(json(file, content)), 'dbmig')
      return own === undefined ? {} : { dbmig: { read: () => own } }
    }
  const explorer = cosmiconfig('dbmig', {
    searchPlaces,
    searchStrategy: 'none',
    mergeSearchPlaces: false,
    ignoreEmptySearchPlaces: false,
    cache: false,
    loaders: {
      ...Object.fromEntries(moduleKinds.map((extension) => [extension, module])),
      '.json': data(json),
      '.yaml': data(yaml),
      '.yml': data(yaml),
      noExt: data(yaml),
      default: (file) => {
        throw configKindUnknown(file)
      },
    },
  })

  const found =
    configFile === undefined
      ? await searchUp(cwd, (folder) => explorer.search(folder))
      : await loadNamed(resolve(cwd, configFile), (file) => explorer.load(file))
  if (found === null) return null
  const reader: { read(): unknown } | undefined = found.config
  if (reader === undefined || found.isEmpty) throw configEmpty(found.filepath)
  return { file: found.filepath, value: await reader.read() }
}

async function searchUp<Found>(cwd: string, search: (folder: string) => Promise<Found | null>) {
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const found = await search(folder)
    if (found !== null || folder === dirname(folder)) return found
  }
}

async function loadNamed<Found>(file: string, load: (file: string) => Promise<Found | null>): Promise<Found> {
  let found: Found | null
  try {
    if ((await stat(file)).isDirectory()) throw configKindUnknown(file)
    found = await load(file)
  } catch (error) {
    if (error instanceof DbmigError) throw error
    const missing = error instanceof Error && Reflect.get(error, 'code') === 'ENOENT'
    throw missing ? configFileMissing(file) : configUnreadable(file, error)
  }
  // A package.json without the key `dbmig`.
  if (found === null) throw configEmpty(`\`dbmig\` in ${file}`)
  return found
}

/** Parsers quote the text around an error, which may hold a password: only the line is told. */
function read(file: string, format: string, parse: () => unknown): unknown {
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
