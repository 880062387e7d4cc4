/** A vitest reporter whose last line counts the tests: `12 passed, 0 failed, 1 skipped`. */
import type { Reporter, TestModule } from 'vitest/node'

export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    // A file or suite that does not load, and an error outside of any test, counts as a failed test.
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0, pending: 0 }
    for (const module of modules) {
      for (const test of module.children.allTests()) counts[test.result().state]++
      for (const part of [module, ...module.children.allSuites()])
        if (part.errors().length > 0) counts.failed++
    }
    const skipped = counts.skipped + counts.pending
    const line = `${counts.passed} passed, ${counts.failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
    process.stdout.write(`\n${line}\n`)
  }
}
