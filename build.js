/**
 * Makes the JavaScript of the package, in few files: finding and linking each of them is a good part of what a short command takes.
 * What src imports lazily stays in files of its own. The types come from tsc.
 */
import { build } from 'rolldown'

const source = {
  input: { index: 'src/index.ts', testing: 'src/testing.ts', main: 'src/cli/main.ts' },
  platform: 'node',
  // Every package: all that is no path.
  external: /^[^./]/,
  // A module that is always there may be imported lazily too, by what is not to know that.
  checks: { ineffectiveDynamicImport: false },
}

const dist = {
  dir: 'dist',
  cleanDir: true,
  chunkFileNames: '[name]-[hash].js',
  sourcemap: true,
  codeSplitting: {
    groups: [
      // All that `--version` loads, which scripts ask first.
      { name: 'version', test: /src.(?:version|place)\.ts$/, priority: 1 },
      // What many commands and lazy imports share: hardly a command goes without it.
      { name: 'shared', minShareCount: 20 },
    ],
  },
}

// A file for each of src, for tests and benchmarks that take a single module. No package holds it.
const modules = { dir: 'modules', cleanDir: true, preserveModules: true, preserveModulesRoot: 'src' }

await build([dist, modules].map((output) => ({ ...source, output })))
