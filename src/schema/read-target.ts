/** Reading the declared schema of a project: its modules and `.sql` files, in the order in which they are configured. */
import { readFile, stat } from 'node:fs/promises'
import type { Project } from '../config/config.ts'
import { DbmigError } from '../errors.ts'
import type { ModuleLoader } from '../loader/load-module.ts'
import { splitSql } from '../sql/split-sql.ts'
import { createdExtension } from './classify-statement.ts'
import { isTargetSchema, type TargetSchema } from './define-schema.ts'
import { schemaFileMissing, schemaFileUnreadable, schemaThrew, wrongExport } from './errors.ts'
import { evaluateSchema } from './evaluate-schema.ts'
import type { TargetStatement } from './target-statement.ts'

/**
 * Reads every file of `project.schema`.
 *
 * @returns their statements; those marked `last` stand where they were declared and run after all others
 * @throws DbmigError `SCHEMA_…`, or what the loader says about a module that cannot be loaded
 */
export async function readTarget(
  project: Pick<Project, 'schema'>,
  loader: ModuleLoader,
): Promise<TargetStatement[]> {
  const sources = await Promise.all(project.schema.map((file) => readSource(file, loader)))
  const seen = new Set<TargetSchema>()
  const statements: TargetStatement[] = []
  // One after the other: a schema that two files list belongs to the first.
  for (const { file, content } of sources) {
    if (isTargetSchema(content)) statements.push(...(await evaluateSchema(content, file, seen)))
    else statements.push(...splitSql(content, file).map((statement) => ({ ...statement, file })))
  }
  return statements
}

/** The extensions that the statements create. */
export function declaredExtensions(statements: readonly TargetStatement[]): string[] {
  const names = statements.map(({ sql }) => createdExtension(sql)).filter((name) => name !== null)
  return [...new Set(names)]
}

interface Source {
  readonly file: string
  readonly content: TargetSchema | string
}

async function readSource(file: string, loader: ModuleLoader): Promise<Source> {
  try {
    if (!(await stat(file)).isFile()) throw schemaFileUnreadable(file, new Error('it is a folder'))
    if (/\.sql$/i.test(file)) return { file, content: await readFile(file, 'utf8') }
  } catch (error) {
    if (error instanceof DbmigError) throw error
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    throw missing ? schemaFileMissing(file) : schemaFileUnreadable(file, error)
  }
  return { file, content: await loadSchema(file, loader) }
}

async function loadSchema(file: string, loader: ModuleLoader): Promise<TargetSchema> {
  let exports: Readonly<Record<string, unknown>>
  try {
    exports = await loader.load(file)
  } catch (error) {
    throw error instanceof DbmigError ? error : schemaThrew(file, error)
  }
  const { default: schema } = exports
  if (!isTargetSchema(schema)) throw wrongExport(file, exports)
  return schema
}
