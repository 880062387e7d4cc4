// Ends the process with SIGKILL before its KILL_AT-th call of a function of node:fs/promises, KILL_CALL.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const name = process.env['KILL_CALL'] ?? ''
const original = fs.promises[name]
let left = Number(process.env['KILL_AT'])

fs.promises[name] = (...parameters) => {
  left--
  if (left === 0) process.kill(process.pid, 'SIGKILL')
  return original(...parameters)
}
syncBuiltinESMExports()
