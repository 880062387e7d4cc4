/** Where the CLI starts. `--version` is answered at once: it is what scripts ask first, and needs nothing else. */
import { dbmigVersion } from '../version.ts'

const argv = process.argv.slice(2)
const [only] = argv

if (argv.length === 1 && (only === '--version' || only === '-V')) process.stdout.write(`${dbmigVersion()}\n`)
else {
  const { start } = await import('./start.ts')
  await start(argv, dbmigVersion())
}
