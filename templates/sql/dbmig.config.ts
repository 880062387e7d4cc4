import { defineConfig } from 'dbmig'

export default defineConfig({
  // The database is the one that DATABASE_URL names: postgres://user:password@host:5432/name

  // The revision files, and the schema that they lead to.
  migrations: './migrations',
  schema: './schema.sql',
})
