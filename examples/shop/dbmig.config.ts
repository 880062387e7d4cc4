import { defineConfig } from 'dbmig'

export default defineConfig({
  // The embedded database, in a folder beside this file. No server is needed.
  url: 'pglite:.dbmig/data',
  migrations: './migrations',
  schema: './schema.ts',
})
