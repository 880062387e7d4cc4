/** Turning a declared schema into SQL statements, without a database. */
import type { CreateViewNode, OperationNode, RawNode, RootOperationNode } from 'kysely'
import { DbmigError } from '../errors.ts'
import { inlineParameters } from '../sql/inline-parameters.ts'
import { splitSql } from '../sql/split-sql.ts'
import { definitionOf, isTargetSchema, type SchemaBuilders, type TargetSchema } from './define-schema.ts'
import { doesNotCompile, executed, noLiteral, notAStatement, returnsNothing, schemaThrew } from './errors.ts'
import { isCreateTable, takeForeignKeys } from './foreign-keys.ts'
import type { TargetStatement } from './target-statement.ts'

interface Compiled {
  readonly sql: string
  readonly parameters: readonly unknown[]
}

interface Evaluation {
  readonly builders: SchemaBuilders
  compile(node: RootOperationNode): Compiled
  readonly file: string | null
  /** Schemas that are done: one that two others list is declared once. */
  readonly seen: Set<TargetSchema>
  readonly statements: TargetStatement[]
  /** Where the first statement was given to the database that there is not. */
  executed: Error | null
}

/**
 * Evaluates a schema.
 *
 * @param file where its default export was found, for messages
 * @param seen schemas that were evaluated before, which are not again
 * @throws SCHEMA_THREW, SCHEMA_RETURNS_NOTHING, SCHEMA_EXECUTED, SCHEMA_NOT_A_STATEMENT, SCHEMA_DOES_NOT_COMPILE, SCHEMA_NO_LITERAL
 */
export async function evaluateSchema(
  schema: TargetSchema,
  file: string | null,
  seen = new Set<TargetSchema>(),
): Promise<TargetStatement[]> {
  const kysely = await import('kysely')
  const compiler = new kysely.PostgresQueryCompiler()
  const db = new kysely.Kysely<Record<string, Record<string, unknown>>>({
    dialect: {
      createAdapter: () => new kysely.PostgresAdapter(),
      // Called as the first statement is executed, and before anything is waited for: the stack leads to the declaration.
      createDriver: () =>
        Object.assign(new kysely.DummyDriver(), {
          init: async () => {
            evaluation.executed = new Error('executed')
          },
        }),
      createIntrospector: (instance) => new kysely.PostgresIntrospector(instance),
      createQueryCompiler: () => compiler,
    },
  })
  const evaluation: Evaluation = {
    builders: { schema: db.schema, sql: kysely.sql, db },
    compile: (node) => compiler.compileQuery(node, { queryId: 'dbmig' }),
    file,
    seen,
    statements: [],
    executed: null,
  }
  await addSchema(evaluation, schema, [])
  return evaluation.statements
}

async function addSchema(
  evaluation: Evaluation,
  schema: TargetSchema,
  path: readonly number[],
): Promise<void> {
  if (evaluation.seen.has(schema)) return
  evaluation.seen.add(schema)
  let declared: unknown
  try {
    declared = await definitionOf(schema)(evaluation.builders)
  } catch (error) {
    throw error instanceof DbmigError ? error : schemaThrew(evaluation.file ?? 'in memory', error)
  }
  const { file } = evaluation
  if (declared === undefined && evaluation.executed === null) throw returnsNothing(file)
  // An element that is executed says more: where it stands.
  await addElement(evaluation, declared, path)
  if (evaluation.executed !== null) throw executed(file, evaluation.executed)
}

async function addElement(evaluation: Evaluation, value: unknown, path: readonly number[]): Promise<void> {
  if (value === null || value === undefined || value === false) return
  if (Array.isArray(value)) {
    for (const [index, element] of value.entries()) await addElement(evaluation, element, [...path, index])
  } else if (isTargetSchema(value)) {
    await addSchema(evaluation, value, path)
  } else {
    addStatements(evaluation, value, path)
  }
}

function addStatements(evaluation: Evaluation, value: unknown, path: readonly number[]): void {
  const { file, statements } = evaluation
  for (const { compiled, raw, written, last } of compileElement(evaluation, value, path)) {
    const sql = inlined(compiled, file, path)
    // A fragment may hold several statements; a builder's SQL is always one.
    const parts = raw ? splitSql(sql, file).map((part) => part.sql) : [sql]
    for (const part of parts)
      statements.push({
        sql: part,
        file,
        ...(last ? { last } : {}),
        ...(written ? {} : { compiled: true as const }),
      })
  }
}

interface CompiledPart {
  readonly compiled: Compiled
  readonly raw: boolean
  /** Somebody wrote the SQL, or at least the query of the view that it makes. */
  readonly written: boolean
  readonly last: boolean
}

function compileElement(evaluation: Evaluation, value: unknown, path: readonly number[]): CompiledPart[] {
  const { file, compile } = evaluation
  try {
    const node = operationNodeOf(value)
    if (node !== null) {
      if (!isCreateTable(node)) {
        const raw = node.kind === 'RawNode'
        return [{ compiled: compile(node), raw, written: isWritten(node), last: false }]
      }
      const { table, foreignKeys } = takeForeignKeys(node)
      return [
        { compiled: compile(table), raw: false, written: false, last: false },
        ...foreignKeys.map((key) => ({ compiled: compile(key), raw: false, written: false, last: true })),
      ]
    }
    const compiled = compiledOf(value)
    if (compiled !== null) return [{ compiled, raw: true, written: true, last: false }]
  } catch (error) {
    throw doesNotCompile(file, path, error)
  }
  throw notAStatement(file, path, value)
}

/** A template of SQL, or a view of one. A query that a builder makes is one long line, which PostgreSQL prints better. */
function isWritten(node: OperationNode): boolean {
  const query = node.kind === 'CreateViewNode' ? (node as CreateViewNode).as : undefined
  if (query !== undefined) return isWritten(query)
  return (
    node.kind === 'RawNode' && (node as RawNode).parameters.every((each) => !/QueryNode$/.test(each.kind))
  )
}

function inlined({ sql, parameters }: Compiled, file: string | null, path: readonly number[]): string {
  try {
    return inlineParameters(sql, parameters)
  } catch (error) {
    throw noLiteral(file, path, error)
  }
}

function operationNodeOf(value: unknown): RootOperationNode | null {
  if (!hasMethod(value, 'toOperationNode')) return null
  return value.toOperationNode() as RootOperationNode
}

function compiledOf(value: unknown): Compiled | null {
  if (!hasMethod(value, 'compile')) return null
  return value.compile() as Compiled
}

function hasMethod<Name extends string>(
  value: unknown,
  name: Name,
): value is { readonly [K in Name]: () => unknown } {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, name) === 'function'
}
