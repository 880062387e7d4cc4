// @ts-check

/** @type {import('dbmig').ConfigExport} */
export default ({ env }) => ({
  // A PostgreSQL server (postgres://user@host:5432/name), or the embedded database in a folder.
  url: env.DATABASE_URL || 'pglite:.dbmig/data',

  // The revision files, the text that new ones are written from, and the schema that they lead to.
  migrations: './migrations',
  template: './migrations/revision.mjs.template',
  schema: './schema.mjs',
})
