/** Taking the foreign keys out of a table's declaration, so that tables can be created in any order and reference each other. */
import type {
  AlterTableNode,
  ColumnDefinitionNode,
  CreateTableNode,
  ForeignKeyConstraintNode,
  OperationNode,
  ReferencesNode,
} from 'kysely'

export interface TakenApart {
  readonly table: CreateTableNode
  readonly foreignKeys: readonly AlterTableNode[]
}

export function isCreateTable(node: { readonly kind: string }): node is CreateTableNode {
  return node.kind === 'CreateTableNode'
}

/**
 * Splits a CREATE TABLE into the table and an ALTER TABLE for each foreign key. PostgreSQL gives an unnamed constraint the
 * same name in both.
 */
export function takeForeignKeys(node: CreateTableNode): TakenApart {
  const constraints = node.constraints ?? []
  const keys = [...node.columns.filter(isMovable).map(keyOfColumn), ...constraints.filter(isForeignKey)]
  if (keys.length === 0) return { table: node, foreignKeys: [] }
  return {
    table: {
      ...node,
      columns: node.columns.map((column) => (isMovable(column) ? withoutReference(column) : column)),
      constraints: constraints.filter((constraint) => !isForeignKey(constraint)),
    },
    foreignKeys: keys.map((constraint) => ({
      kind: 'AlterTableNode',
      table: node.table,
      addConstraint: { kind: 'AddConstraintNode', constraint },
    })),
  }
}

type Referencing = ColumnDefinitionNode & { readonly references: ReferencesNode }

/** What follows a reference at the end of its column may belong to it (`deferrable`): that one stays where it is. */
function isMovable(column: ColumnDefinitionNode): column is Referencing {
  return column.references !== undefined && (column.endModifiers ?? []).length === 0
}

function isForeignKey(node: OperationNode): node is ForeignKeyConstraintNode {
  return node.kind === 'ForeignKeyConstraintNode'
}

function keyOfColumn({ column, references }: Referencing): ForeignKeyConstraintNode {
  return { kind: 'ForeignKeyConstraintNode', columns: [column], references }
}

function withoutReference({ references: _, ...column }: ColumnDefinitionNode): ColumnDefinitionNode {
  return column
}
