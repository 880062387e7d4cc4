/** Telling the application what goes on: what its listener throws must not decide what becomes of a run. */
import { DbmigError } from '../errors.ts'
import { listenerFailed, withSecond } from './errors.ts'

type Listener<Event> = (event: Event) => void

/**
 * Does `work`, which goes on whatever its listener throws, and whatever a promise that it returns rejects with. The first of that is
 * thrown when all has come to its end.
 *
 * @param work is given what to tell its events to
 * @throws RUNNER_LISTENER_FAILED, and what `work` throws
 */
export async function heard<Event extends { readonly type: string }, Result>(
  listener: Listener<Event> | undefined,
  work: (tell: Listener<Event> | undefined) => Promise<Result>,
): Promise<Result> {
  if (listener === undefined) return work(undefined)
  let first: { readonly type: string; readonly error: unknown } | undefined
  const pending = new Set<Promise<unknown>>()
  const tell = (event: Event): void => {
    const failed = (error: unknown) => {
      first ??= { type: event.type, error }
    }
    try {
      const answer: unknown = listener(event)
      if (typeof answer !== 'object' || answer === null || !('then' in answer)) return
      const settled = Promise.resolve(answer)
        .catch(failed)
        .finally(() => pending.delete(settled))
      pending.add(settled)
    } catch (error) {
      failed(error)
    }
  }
  let result: Result
  try {
    result = await work(tell).finally(() => Promise.all(pending))
  } catch (error) {
    // What is no such error is a bug, and keeps its stack.
    throw first === undefined || !(error instanceof DbmigError)
      ? error
      : withSecond(error, 'The function onEvent', first.error)
  }
  // Asked for as a whole: TypeScript does not see that `tell` may have set it.
  const failure = first as { readonly type: string; readonly error: unknown } | undefined
  if (failure !== undefined) throw listenerFailed(failure.type, failure.error)
  return result
}
