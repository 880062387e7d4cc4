/** Where the CLI starts. `--version` is answered at once: it is what scripts ask first, and needs nothing but this file. */
import { readFileSync } from 'node:fs'

const argv = process.argv.slice(2)
const [only] = argv

if (argv.length === 1 && (only === '--version' || only === '-V')) process.stdout.write(`${version()}\n`)
else {
  const { start } = await import('./start.ts')
  await start(argv, version())
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  return String(Reflect.get(Object(manifest), 'version'))
}
