/** The names of Kysely's CamelCasePlugin, by the plugin itself. */
import type { CamelCaseOptions } from '../config/types.ts'
import type { CamelCase } from '../types/camel-case.ts'

/** The functions of a plugin with these options, which only its subclasses may call. */
export async function camelCaseBy(options: CamelCaseOptions): Promise<CamelCase> {
  const { CamelCasePlugin } = await import('kysely')
  class Naming extends CamelCasePlugin {
    readonly camel = (name: string): string => this.camelCase(name)
    readonly snake = (name: string): string => this.snakeCase(name)
  }
  return new Naming(options)
}
