/** The errors of statements that a revision has not waited for: they belong to the failure of the run, and end no process. */

const owners = new WeakMap<object, () => void>()
let runs = 0

/** Tells `onUnhandled` when nothing handles the rejection with this error, or with one that it caused. */
export function claim(error: unknown, onUnhandled: () => void): void {
  if (typeof error === 'object' && error !== null) owners.set(error, onUnhandled)
}

/** Runs `work`; meanwhile what was claimed ends no process. */
export async function withClaims<T>(work: () => Promise<T>): Promise<T> {
  if (runs++ === 0) process.on('unhandledRejection', listen)
  try {
    return await work()
  } finally {
    if (--runs === 0) process.off('unhandledRejection', listen)
  }
}

function listen(reason: unknown): void {
  const owner = ownerOf(reason)
  if (owner !== undefined) owner()
  // As Node does where there is no listener.
  else if (process.listenerCount('unhandledRejection') === 1) {
    setImmediate(() => {
      throw reason
    })
  }
}

function ownerOf(reason: unknown): (() => void) | undefined {
  const seen = new Set<unknown>()
  for (let error = reason; typeof error === 'object' && error !== null; error = Reflect.get(error, 'cause')) {
    if (seen.has(error)) return undefined
    seen.add(error)
    const owner = owners.get(error)
    if (owner !== undefined) return owner
  }
  return undefined
}
