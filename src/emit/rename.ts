/** Writing renames: the statement that gives an object its new name, or puts it into another schema. */
import type { RenameStep } from '../diff/change.ts'
import { alterTable, builder, builderName, isBuilderName, raw, type Statement } from './emitter.ts'
import { emitterOf } from './kinds.ts'
import { quoteString } from './source.ts'
import { quoteIdentifier, quoteLiteral } from './sql.ts'

/** The statement of a step, with a note where the bodies of functions keep the old name. */
export function renameStatement(step: RenameStep): Statement {
  const { namedIn, from } = step
  const statement = step.what === 'schema' ? moveStatement(step) : nameStatement(step)
  if (namedIn.length === 0) return statement
  const bodies = `${namedIn.length === 1 ? 'the body' : 'the bodies'} of ${namedIn.join(', ')}`
  return {
    ...statement,
    notes: [`PostgreSQL does not look into ${bodies}, where ${quoteIdentifier(from)} still stands.`],
  }
}

function nameStatement({ object, what, from, to, catalog }: RenameStep): Statement {
  const [old, name] = [quoteIdentifier(from), quoteIdentifier(to)]
  const target = emitterOf(object).commentTarget(object, catalog) ?? ''
  if (what === 'value')
    return raw(`alter ${target} rename value ${quoteLiteral(from)} to ${quoteLiteral(to)}`)
  // What is made of the type (`create table … of`) follows.
  if (what === 'attribute') return raw(`alter ${target} rename attribute ${old} to ${name} cascade`)
  if (what === 'view column') return raw(`alter ${target} rename column ${old} to ${name}`)
  switch (object.kind) {
    case 'table':
      if (isBuilderName(object.schema, object.name, catalog) && isBuilderName(object.schema, to, catalog))
        return builder(opening(object, catalog), `.renameTo(${quoteString(to)})`)
      return raw(`alter ${target} rename to ${name}`)
    case 'column':
      if (isBuilderName(object.schema, object.table, catalog))
        return builder(alterTable(object, catalog), `.renameColumn(${quoteString(from)}, ${quoteString(to)})`)
      return raw(`alter table ${tableOf(target)} rename column ${old} to ${name}`)
    case 'constraint':
      if (isBuilderName(object.schema, object.table, catalog))
        return builder(
          alterTable(object, catalog),
          `.renameConstraint(${quoteString(from)}, ${quoteString(to)})`,
        )
      return raw(`alter table ${ownerOf(target)} rename constraint ${old} to ${name}`)
    case 'domain constraint':
      return raw(`alter ${ownerOf(target)} rename constraint ${old} to ${name}`)
    default:
      return raw(`alter ${target} rename to ${name}`)
  }

  /** `constraint c on s.t` from `on` on. */
  function ownerOf(constraint: string): string {
    return constraint.slice(`constraint ${old} on `.length)
  }

  /** `column s.t.c` without its own name, which is quoted as above. */
  function tableOf(column: string): string {
    return column.slice('column '.length, -1 - old.length)
  }
}

function moveStatement({ object, to, catalog }: RenameStep): Statement {
  if (object.kind === 'table' && isBuilderName(object.schema, object.name, catalog))
    return builder(opening(object, catalog), `.setSchema(${quoteString(to)})`)
  const target = emitterOf(object).commentTarget(object, catalog)
  return raw(`alter ${target} set schema ${quoteIdentifier(to)}`)
}

function opening(
  table: { readonly schema: string; readonly name: string },
  catalog: RenameStep['catalog'],
): string {
  return `.alterTable(${quoteString(builderName(table.schema, table.name, catalog))})`
}
