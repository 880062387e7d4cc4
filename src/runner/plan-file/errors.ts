/** What can go wrong with a plan in a file. */
import { exactTime } from '../../dates.ts'
import { DbmigError, messageOf } from '../../errors.ts'
import type { SavedPlan } from './saved-plan.ts'

function called(path: string): string {
  return path === '-' ? 'from standard input' : path
}

/** @param why a clause: `it is no JSON` */
export function planUnreadable(path: string, why: string, cause?: unknown): DbmigError {
  const said = cause === undefined ? '' : ` (${messageOf(cause)})`
  return new DbmigError(
    'RUNNER_PLAN_UNREADABLE',
    `The plan ${called(path)} cannot be used: ${why}${said}. Nothing was run; make one with dbmig upgrade TARGET --plan FILE.`,
    { exitCode: 2, cause },
  )
}

export function planOfOtherCommand(path: string, { command, target }: SavedPlan): DbmigError {
  return new DbmigError(
    'RUNNER_PLAN_COMMAND',
    `The plan ${called(path)} is one of dbmig ${command} ${target}; nothing was run. Run it with dbmig ${command} --from-plan ${path}.`,
    { exitCode: 2 },
  )
}

export function planNotWritten(path: string, cause: unknown): DbmigError {
  const code: unknown = Reflect.get(Object(cause), 'code')
  const why =
    code === 'ENOENT'
      ? `its folder is not there; make it`
      : code === 'EACCES' || code === 'EPERM' || code === 'EROFS'
        ? 'you may not write there; change that'
        : code === 'ENOSPC'
          ? 'the disk is full; make room there'
          : `${messageOf(cause)}; mend that`
  return new DbmigError(
    'RUNNER_PLAN_NOT_WRITTEN',
    `The plan cannot be written to ${path}: ${why}, or name another file.`,
    { cause },
  )
}

/** @param reasons clauses, at least one: `revision 3f2a was edited since` */
export function planStale(path: string, plan: SavedPlan, reasons: readonly string[]): DbmigError {
  const { command, target, madeAt } = plan
  const [first = '', ...more] = reasons
  const others = more.length === 0 ? '' : `, and ${more.length} more of this kind`
  return new DbmigError(
    'RUNNER_PLAN_STALE',
    `The plan ${called(path)}, made at ${exactTime(madeAt)}, does not fit any more: ${first}${others}. Nothing was run; look at what changed, and make a new plan with dbmig ${command} ${target} --plan ${path}.`,
    more.length === 0 ? {} : { detail: more.map((reason) => `also: ${reason}`).join('\n') },
  )
}
