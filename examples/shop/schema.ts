import { defineSchema } from 'dbmig'

export default defineSchema(({ schema, sql, db }) => [
  schema.createType('order_status').asEnum(['open', 'paid', 'shipped']),

  schema
    .createTable('customer')
    .addColumn('id', 'bigint', (c) => c.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('email', 'text', (c) => c.notNull().unique())
    .addColumn('name', 'varchar(200)', (c) => c.notNull())
    .addColumn('created_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`)),

  schema
    .createTable('product')
    .addColumn('id', 'bigint', (c) => c.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('sku', 'text', (c) => c.notNull().unique())
    .addColumn('title', 'text', (c) => c.notNull())
    .addColumn('price_cents', 'integer', (c) => c.notNull())
    .addCheckConstraint('product_price_not_negative', sql`price_cents >= 0`),

  schema
    .createTable('order')
    .addColumn('id', 'bigint', (c) => c.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('customer_id', 'bigint', (c) => c.notNull().references('customer.id'))
    .addColumn('status', sql`order_status`, (c) => c.notNull().defaultTo('open'))
    .addColumn('ordered_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`)),

  schema
    .createTable('order_line')
    .addColumn('order_id', 'bigint', (c) => c.notNull().references('order.id').onDelete('cascade'))
    .addColumn('product_id', 'bigint', (c) => c.notNull().references('product.id'))
    .addColumn('quantity', 'integer', (c) => c.notNull().defaultTo(1).check(sql`quantity > 0`))
    .addColumn('price_cents', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('order_line_pkey', ['order_id', 'product_id']),

  schema.createIndex('customer_email_lower').on('customer').expression(sql`lower(email)`),
  schema.createIndex('order_open').on('order').column('ordered_at').where(sql`status = 'open'`),

  schema.createView('order_total').as(
    db
      .selectFrom('order_line')
      .select(['order_id', sql<string>`sum(quantity * price_cents)`.as('total_cents')])
      .groupBy('order_id'),
  ),

  sql`comment on table "order" is 'what a customer bought, and how far it is'`,
  sql`comment on column order_line.price_cents is 'the price at the time of the order'`,
])
