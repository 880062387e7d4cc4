/** The events of a run as sentences: what a log shows as a line each. */
import { summarizePgError } from '../../database/pg-error.ts'
import { redactSecrets } from '../../database/secrets.ts'
import { exactTime } from '../../dates.ts'
import type { CommandEvent } from '../../index.ts'
import { durationText, elapsedText } from './durations.ts'

type EventOf<Type extends CommandEvent['type']> = Extract<CommandEvent, { readonly type: Type }>
type StepEvent = EventOf<
  'start' | 'done' | 'failed' | 'retry' | 'statement' | 'server-progress' | 'drop-index' | 'notice'
>

/** `up bbb2 (2 of 5)` */
export function stepText({ direction, revision, index, total }: StepEvent): string {
  return `${direction} ${revision.revision} (${index} of ${total})`
}

export function waitingText({ holder, limitMs }: EventOf<'waiting'>): string {
  const { pid, application, user, host, since } = holder
  const from = [user === null ? '' : ` of ${user}`, host === null ? '' : ` on ${host}`].join('')
  const begun = since === null ? '' : `, connected since ${exactTime(since.toISOString())}`
  return `waiting up to ${elapsedText(limitMs)} for another run to finish: process ${pid}${named(application)}${from}${begun}`
}

export function connectingText({ reason, limitMs }: EventOf<'connecting'>): string {
  return `waiting up to ${elapsedText(limitMs)} for the database: ${reason}`
}

export function editedText({ revisions }: EventOf<'edited'>): string {
  const files = revisions.map(({ revision, path }) => `${revision} (${path})`).join(', ')
  const what =
    revisions.length === 1
      ? 'the file of an applied revision is not what ran'
      : `the files of ${revisions.length} applied revisions are not what ran`
  return `warning: ${what}: ${files}. Put back what ran, and write the change as a new revision; --strict refuses to run.`
}

export function retryText(event: EventOf<'retry'>): string {
  const { attempt, retries, delayMs, error, blockers } = event
  const again = `again in ${durationText(delayMs)} (try ${attempt + 1} of ${retries + 1})`
  const inTheWay = blockers.map(blockerText)
  return [
    `${stepText(event)} was undone, and runs ${again}: ${summarizePgError(error)}`,
    ...(inTheWay.length === 0 ? [] : [`in the way: ${inTheWay.join(' and ')}`]),
  ].join('; ')
}

function blockerText({ pid, application, user, query, ageMs }: EventOf<'retry'>['blockers'][number]): string {
  const who = `process ${pid}${named(application)}${user === null ? '' : ` of ${user}`}`
  const age = ageMs === null ? '' : `, in a transaction for ${durationText(ageMs)}`
  return `${who}${age}${query === null || query === '' ? '' : `: ${firstWords(redactSecrets(query), 100)}`}`
}

function named(application: string | null): string {
  return application === null || application === '' ? '' : ` (${application})`
}

/** `building index: scanning table, 45 % (1234 of 2742 blocks)` */
export function serverProgressText({ phase, done, all, unit }: EventOf<'server-progress'>): string {
  const units = unit === null ? '' : ` ${unit}`
  if (done === null || (all === null && done === 0)) return phase
  if (all === null) return `${phase}, ${done}${units}`
  // A table may grow meanwhile.
  return `${phase}, ${Math.min(100, Math.floor((100 * done) / all))} % (${done} of ${all}${units})`
}

/** SQL on one line, and no more than so much of it. */
export function firstWords(sql: string, limit: number): string {
  const line = sql.replace(/\s+/g, ' ').trim()
  return line.length <= limit ? line : `${line.slice(0, limit)}...`
}

export function dropIndexText(event: EventOf<'drop-index'>): string {
  return `${stepText(event)} drops the index ${event.invalid} first, which an earlier try left invalid`
}

export function noticeText(event: EventOf<'notice'>): string {
  const { severity, message, detail, hint } = event
  const more = [detail, hint].filter((each) => each !== null)
  return `${stepText(event)} ${severity}: ${[message, ...more].join('; ')}`
}

/** What a log shows of an event; undefined for what it does not. */
export function logText(event: CommandEvent): string | undefined {
  const text = sentenceOf(event)
  // A message of a driver, or another session's query, may hold anything.
  return text === undefined ? undefined : redactSecrets(text).replace(/\s+/g, ' ')
}

function sentenceOf(event: CommandEvent): string | undefined {
  switch (event.type) {
    case 'waiting':
      return waitingText(event)
    case 'connecting':
      return connectingText(event)
    case 'edited':
      return editedText(event)
    case 'start':
      return `${stepText(event)} ${event.revision.message}`.trimEnd()
    case 'drop-index':
      return dropIndexText(event)
    case 'notice':
      return noticeText(event)
    case 'retry':
      return retryText(event)
    case 'server-progress':
      return `${stepText(event)} ${serverProgressText(event)}`
    case 'done':
      return `${stepText(event)} done in ${durationText(event.durationMs)}`
    case 'failed':
      return `${stepText(event)} failed`
    default:
      return undefined
  }
}
