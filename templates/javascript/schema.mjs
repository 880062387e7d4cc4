// @ts-check
import { defineSchema } from 'dbmig'

// The schema that the database shall have, declared with Kysely's schema builder. Edit it, then run:
//
//   npx dbmig revision --autogenerate -m "what changed"
//   npx dbmig upgrade head
//
// What the builder has no word for is written as sql`…`. Lists may be nested, so a schema can be split over files.
export default defineSchema(({ schema, sql }) => [
  schema
    .createTable('author')
    .addColumn('id', 'bigint', (column) => column.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('email', 'text', (column) => column.notNull().unique())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`)),

  sql`comment on table author is 'who writes'`,
])
