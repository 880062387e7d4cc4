// Ends the process with SIGKILL before its KILL_AT-th rename: what dbmig replaces and renames, it does by that call.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const { rename } = fs.promises
let left = Number(process.env['KILL_AT'])

fs.promises.rename = (...paths) => {
  left--
  if (left === 0) process.kill(process.pid, 'SIGKILL')
  return rename(...paths)
}
syncBuiltinESMExports()
