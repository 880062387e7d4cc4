import { defineConfig } from 'dbmig'

export default defineConfig(({ env }) => ({
  // A PostgreSQL server (postgres://user@host:5432/name), or the embedded database in a folder.
  url: env.DATABASE_URL || 'pglite:.dbmig/data',

  // The revision files, and the schema that they lead to.
  migrations: './migrations',
  schema: './schema.ts',
}))
