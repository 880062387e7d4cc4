/** Runs the command lines that the parent sends, one after the other, and sends back what each prints. */
import { run } from '../../modules/cli/program.js'

process.on('message', async ({ argv, cwd }) => {
  const printed = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr']) {
    process[name].write = (text, ...rest) => {
      printed[name] += text
      rest.findLast((one) => typeof one === 'function')?.()
      return true
    }
  }
  process.chdir(cwd)
  const { signal } = new AbortController()
  const stray = new Promise(() => {})
  const json = argv.includes('--json')
  const exitCode = await run(argv, { version: '0.0.0', signal, json, stray, env: process.env, cwd })
  process.send({ exitCode, ...printed })
})
