/** From flags, configuration file and environment to the project that every command works on. */

import { basename, dirname, isAbsolute, resolve } from 'node:path'
import { completeUrl } from '../database/complete.ts'
import { defaultLockTimeout } from '../database/settings.ts'
import { contains } from '../loader/folders.ts'
import { isRevisionName } from '../loader/revision-files.ts'
import { checkConfig, databaseParts } from './check.ts'
import type { Config, ConfigEnvironment, Project } from './config.ts'
import { listDatabases } from './databases.ts'
import { describe } from './describe.ts'
import {
  configNotAnObject,
  configNotFound,
  configReturned,
  configThrew,
  noUrl,
  subfoldersNotRead,
  templateAmongRevisions,
} from './errors.ts'
import { type FoundConfig, findConfig } from './find.ts'
import { resolveHooks, runHooksOf } from './hooks.ts'
import { resolveTypes } from './types.ts'

export interface LoadProjectOptions {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** `--config FILE`, relative to `cwd`. */
  readonly configFile?: string | undefined
  /** A configuration in place of a file: none is looked for, and paths are relative to `cwd`. */
  readonly config?: Config | undefined
  /** What flags say: wins over the file. Paths in it are relative to the project's root, like those of the file. */
  readonly overrides?: { readonly [Key in keyof Config]?: Config[Key] | undefined } | undefined
  /** The `-x key=value` pairs. */
  readonly args?: Readonly<Record<string, string>> | undefined
  /** `--tag`, for a configuration that is a function. */
  readonly tag?: string | undefined
}

/**
 * Finds, checks and resolves the configuration. Flags win over the file, and the file over `$DATABASE_URL`. The project's URLs
 * say all that is known of where to connect: what they leave open comes from `PG…` variables and service files.
 *
 * @throws DbmigError CONFIG_NOT_FOUND when there is no file and no flag names a database, and for every mistake in the
 *   file and in its URLs (DATABASE_URL_INVALID, DATABASE_SERVICE); always with exit code 2
 */
export async function loadProject(options: LoadProjectOptions): Promise<Project> {
  const flags = checkConfig(options.overrides ?? {}, 'the flags or options')
  const given = options.config && checkConfig(options.config, 'the configuration')
  const found = given ? null : await findConfig(options.cwd, options.configFile)
  if (found === null && given === undefined && flags.url === undefined) throw configNotFound(options.cwd)
  const { args = {}, tag, env } = options
  const file = found === null ? (given ?? {}) : await configOf(found, { args, tag, env })
  const { DATABASE_URL } = env
  const environment =
    DATABASE_URL && flags.url === undefined && file.url === undefined
      ? checkConfig({ url: DATABASE_URL }, '$DATABASE_URL')
      : {}
  const root = found === null ? resolve(options.cwd) : dirname(found.file)
  const project = resolveProject({ ...environment, ...file, ...flags }, root, found?.file ?? null)
  const complete = (address: string) => completeUrl(withAbsoluteFolder(address, root), env)
  const url = project.url === undefined ? undefined : completeUrl(project.url, env)
  const { databases } = file
  return {
    ...project,
    url,
    shadow: typeof project.shadow === 'string' ? completeUrl(project.shadow, env) : project.shadow,
    databases:
      databases &&
      ((asking) => {
        const context = { ...project, url, environment: { args, tag, env }, absolute: complete }
        return listDatabases(databases, context, databaseParts, asking)
      }),
  }
}

/**
 * The URL of the database, for a command that needs one.
 *
 * @throws DbmigError CONFIG_NO_URL
 */
export function requireUrl(project: Project): string {
  if (project.url === undefined) throw noUrl(project.file, project.databases !== undefined)
  return project.url
}

async function configOf(found: FoundConfig, environment: ConfigEnvironment): Promise<Config> {
  const { file, value } = found
  if (typeof value !== 'function') {
    if (!isObject(value)) throw configNotAnObject(file, value === undefined ? 'none' : describe(value, true))
    return checkConfig(value, file)
  }
  let returned: unknown
  try {
    returned = await value(environment)
  } catch (error) {
    throw configThrew(file, error)
  }
  if (!isObject(returned)) throw configReturned(file, describe(returned, true))
  return checkConfig(returned, file)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function resolveProject(config: Config, root: string, file: string | null): Project {
  if (config.fileTemplate?.includes('/') && !config.recursive) throw subfoldersNotRead(file)
  const absolute = (path: string) => resolve(root, path)
  const project: Project = {
    root,
    file,
    url: config.url === undefined ? undefined : withAbsoluteFolder(config.url, root),
    migrations: listOf(config.migrations ?? './migrations').map(absolute),
    recursive: config.recursive ?? false,
    schema: listOf(config.schema ?? './schema.ts').map(absolute),
    schemas: config.schemas,
    manage: config.manage ?? [],
    versionTable: config.versionTable ?? 'dbmig_version',
    versionSchema: config.versionSchema ?? 'public',
    tenantSchema: undefined,
    transaction: config.transaction ?? 'revision',
    lockTimeout: config.lockTimeout ?? defaultLockTimeout,
    statementTimeout: config.statementTimeout,
    retries: config.retries ?? 10,
    shadow: typeof config.shadow === 'string' ? withAbsoluteFolder(config.shadow, root) : config.shadow,
    include: config.include,
    exclude: config.exclude,
    fileTemplate: config.fileTemplate ?? '{year}{month}{day}{hour}{minute}_{rev}_{slug}',
    timezone: config.timezone ?? 'UTC',
    slugLength: config.slugLength ?? 40,
    template: config.template === undefined ? undefined : absolute(config.template),
    hooks: resolveHooks(config.hooks ?? {}, absolute),
    runHooks: runHooksOf(config.hooks ?? {}),
    types: resolveTypes(config.types ?? {}, absolute),
    databases: undefined,
  }
  requireTemplateApart(project)
  return project
}

/** Every command would take a template among the revisions for one of them, and fail. */
function requireTemplateApart({ file, template, migrations, recursive }: Project): void {
  if (template === undefined || !isRevisionName(basename(template))) return
  const folder = dirname(template)
  const isRead = migrations.some((read) => read === folder || (recursive && contains(read, folder)))
  if (isRead) throw templateAmongRevisions(file, template)
}

function listOf(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value
}

/** `pglite:DIR` names a folder like any other path of the configuration. */
function withAbsoluteFolder(url: string, root: string): string {
  const [, folder = 'memory'] = /^pglite:(.+)$/.exec(url) ?? []
  if (folder === 'memory' || isAbsolute(folder)) return url
  return `pglite:${resolve(root, folder)}`
}
