/** The configuration: as a user writes it, and as the rest of dbmig reads it. */
import type { Waiting } from '../database/wait.ts'
import type { Asking, Databases, DatabaseTarget } from './databases.ts'
import type { Hooks, ProjectHook } from './hooks.ts'
import type { RunHooks } from './run-hooks.ts'
import type { ProjectTypes, TypesConfig } from './types.ts'

export type Manage = 'grants' | 'owners' | 'publications' | 'event triggers'

/** What `include` and `exclude` functions are asked about. */
export interface ObjectInfo {
  readonly kind: string
  readonly identity: string
  readonly schema: string | null
  readonly name: string
}

export type ObjectFilter = readonly string[] | ((object: ObjectInfo) => boolean)

/** As written in `dbmig.config.ts`. What is undefined is as if it were left out. */
export interface Config {
  url?: string | undefined
  migrations?: string | readonly string[] | undefined
  recursive?: boolean | undefined
  schema?: string | readonly string[] | undefined
  schemas?: readonly string[] | undefined
  manage?: readonly Manage[] | undefined
  versionTable?: string | undefined
  versionSchema?: string | undefined
  transaction?: 'revision' | 'run' | undefined
  lockTimeout?: string | undefined
  statementTimeout?: string | undefined
  retries?: number | undefined
  shadow?: 'server' | 'pglite' | (string & {}) | false | undefined
  include?: ObjectFilter | undefined
  exclude?: ObjectFilter | undefined
  template?: string | undefined
  fileTemplate?: string | undefined
  timezone?: string | undefined
  slugLength?: number | undefined
  hooks?: Hooks | undefined
  databases?: Databases | undefined
  types?: TypesConfig | undefined
}

export interface ConfigEnvironment {
  /** The `-x key=value` pairs of the command line. */
  readonly args: Readonly<Record<string, string>>
  /** `--tag` of `upgrade`, `downgrade` and `stamp`. */
  readonly tag: string | undefined
  /** The environment's variables, as far as the command was given them. */
  readonly env: Readonly<Record<string, string | undefined>> & { readonly DATABASE_URL?: string | undefined }
}

export type ConfigExport = Config | ((environment: ConfigEnvironment) => Config | Promise<Config>)

/** The configuration with every default filled in and every path absolute. */
export interface Project {
  /** The folder of the configuration file, or the working directory: what relative paths are relative to. */
  readonly root: string
  /** Absolute path of the configuration file; null when there is none and flags say everything. */
  readonly file: string | null
  /** Undefined where neither a flag, the file nor the environment says one. */
  readonly url: string | undefined
  /** How long a command waits for the database to take connections; undefined: not at all. */
  readonly waiting?: Waiting | undefined
  /** Absolute folders, at least one. */
  readonly migrations: readonly string[]
  /** Whether folders in the folders of revisions are read too. */
  readonly recursive: boolean
  /** Absolute files. */
  readonly schema: readonly string[]
  /** Undefined: `public` and those that the target declares. */
  readonly schemas: readonly string[] | undefined
  readonly manage: readonly Manage[]
  readonly versionTable: string
  readonly versionSchema: string
  /** The schema of the database that revisions work in, where each tenant has one; undefined: wherever `search_path` leads. */
  readonly tenantSchema: string | undefined
  readonly transaction: 'revision' | 'run'
  /** `'0'`: none. Undefined: as the server has it. */
  readonly lockTimeout: string | undefined
  readonly statementTimeout: string | undefined
  readonly retries: number
  readonly shadow: 'server' | 'pglite' | (string & {}) | false | undefined
  readonly include: ObjectFilter | undefined
  readonly exclude: ObjectFilter | undefined
  readonly fileTemplate: string
  readonly timezone: string
  readonly slugLength: number
  /** Absolute path of the text that new revisions are written from; undefined for the built-in one. */
  readonly template: string | undefined
  /** In the order in which they run. */
  readonly hooks: readonly ProjectHook[]
  readonly runHooks: RunHooks
  readonly types: ProjectTypes
  /** Lists the databases of the fleet; undefined where none are configured, and of one of them. */
  readonly databases: ((asking?: Asking) => Promise<readonly DatabaseTarget[]>) | undefined
  /** Of one database of a fleet: what it is called. */
  readonly name?: string | undefined
}
