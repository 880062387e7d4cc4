/** A preload (`--import`) that writes every module which a process loads, ES or CommonJS, to the file $TRACE_MODULES. */
import { appendFileSync } from 'node:fs'
import { createRequire, register } from 'node:module'

const hooks = `
  import { appendFileSync } from 'node:fs'
  export async function resolve(specifier, context, next) {
    const found = await next(specifier, context)
    appendFileSync(process.env.TRACE_MODULES, found.url + '\\n')
    return found
  }`
register(`data:text/javascript,${encodeURIComponent(hooks)}`)

process.on('exit', () => {
  const { cache } = createRequire(import.meta.url)
  appendFileSync(process.env.TRACE_MODULES, Object.keys(cache).join('\n'))
})
