/** How long `dbmig --version` takes against `node -e 0`: the median of paired runs, which must be at most 1.5. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const cli = fileURLToPath(new URL('../bin/dbmig.js', import.meta.url))

/** @param {string[]} args */
function time(args) {
  const begin = performance.now()
  spawnSync(process.execPath, args)
  return performance.now() - begin
}

const pairs = Array.from({ length: 25 }, () => [time([cli, '--version']), time(['-e', '0'])])
const median = (/** @type {number[]} */ values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]
console.log(`dbmig --version  ${median(pairs.map(([own]) => own)).toFixed(1)} ms`)
console.log(`node -e 0        ${median(pairs.map(([, node]) => node)).toFixed(1)} ms`)
console.log(`ratio            ${median(pairs.map(([own, node]) => own / node)).toFixed(2)} (at most 1.5)`)
