/** The public API. */
export type {
  Config,
  ConfigEnvironment,
  ConfigExport,
  Manage,
  ObjectFilter,
  ObjectInfo,
} from './config/config.ts'
export { defineConfig } from './config/define.ts'
export { DbmigError } from './errors.ts'
