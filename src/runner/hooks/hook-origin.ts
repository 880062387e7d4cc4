/** Which hook of the configuration an error comes from, for what is said of it: the error itself stays what it is. */
import type { RunHooks } from '../../config/run-hooks.ts'

const origins = new WeakMap<object, keyof RunHooks>()

export function noteHook(error: object, name: keyof RunHooks): void {
  origins.set(error, name)
}

/** The hook that an error comes from, or undefined. */
export function hookOf(error: unknown): keyof RunHooks | undefined {
  return typeof error === 'object' && error !== null ? origins.get(error) : undefined
}
