import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/cluster.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // Most of a test is waiting for PostgreSQL: one worker, vitest's choice for two cores, would leave one of them idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    reporters: process.env['CI'] ? ['default', './test/support/count-reporter.ts'] : ['default'],
  },
})
