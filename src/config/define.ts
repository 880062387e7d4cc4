/** `defineConfig`: types for a configuration file, and nothing at run time. */
import type { ConfigExport } from './config.ts'

/**
 * Gives a configuration back as it is, checked by TypeScript.
 *
 * @example
 * ```ts
 * import { defineConfig } from 'dbmig'
 *
 * export default defineConfig({ url: process.env.DATABASE_URL, migrations: './migrations', schema: './schema.ts' })
 * ```
 */
export function defineConfig<C extends ConfigExport>(config: C): C {
  return config
}
