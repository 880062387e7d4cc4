/** What a run tells of a step when it is over. */
import type { Step } from '../graph/revision.ts'
import type { Done } from '../ledger/done.ts'
import type { StepResult } from './run.ts'

/** @param durationMs nought where it has not run, or nothing runs */
export function stepResult({ revision, direction }: Step, durationMs = 0): StepResult {
  return { revision: revision.revision, message: revision.message, direction, durationMs }
}

/** What the log knows steps by. */
export function namesOf(
  steps: readonly Step[],
): { readonly revision: string; readonly direction: 'up' | 'down' }[] {
  return steps.map(({ revision, direction }) => ({ revision: revision.revision, direction }))
}

/** What is told of the first of these steps, which are done. */
export function doneSteps(steps: readonly Step[], done: readonly Done[]): StepResult[] {
  return steps.slice(0, done.length).map((step, place) => stepResult(step, done[place]?.durationMs))
}
