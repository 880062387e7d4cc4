/** What `upgrade` and `downgrade` share on the command line. */
import { addAbortSignal } from 'node:stream'
import type { Command } from 'commander'
import type { CommandResult } from '../index.ts'
import type { Call } from './cli.ts'
import { planFromTerminal, planNotRead, planWithJson } from './errors.ts'
import {
  addLockFlags,
  addPlanFlags,
  addSettingFlags,
  type LockFlags,
  lockWaitOf,
  type PlanFlags,
  type SettingFlags,
} from './flags.ts'
import { addFleetFlags, type FleetFlags } from './fleet.ts'
import { stepsText } from './output/steps.ts'

export interface MoveFlags extends LockFlags, FleetFlags, SettingFlags, PlanFlags {
  readonly dryRun?: true
  readonly retry?: true
  readonly strict?: true
  readonly sql?: true
  readonly tag?: string
}

export function addMoveFlags(command: Command): Command {
  return addSettingFlags(addFleetFlags(addLockFlags(addPlanFlags(command))))
}

type MoveCall = Pick<Call<MoveFlags>, 'flags' | 'options' | 'input' | 'result' | 'told'>

/** `--from-plan` */
export async function runSavedPlan(
  { flags: { sql: _, fromPlan, ...flags }, options, input, result, told }: MoveCall,
  command: 'upgrade' | 'downgrade',
  file: string,
): Promise<0> {
  const planText = file === '-' ? await planIn(input, options.signal) : undefined
  const { runPlan } = await import('../index.ts')
  const done = await runPlan({ ...options, ...flags, ...lockWaitOf(flags), command, file, planText })
  await result(done, (style) => stepsText(done, style, { told: told() }))
  return 0
}

/** @throws CLI_USAGE where a person would have to type it, CLI_PLAN_NOT_READ */
async function planIn(input: MoveCall['input'], signal: AbortSignal): Promise<string> {
  if (input === null) throw planFromTerminal()
  const parts: string[] = []
  try {
    input.setEncoding('utf8')
    // Whoever is to write it may never do so.
    for await (const part of addAbortSignal(signal, input)) parts.push(String(part))
  } catch (error) {
    throw planNotRead(signal.aborted, error)
  }
  return parts.join('')
}

/**
 * Makes sure that stdout is for one document.
 *
 * @throws CLI_USAGE
 */
export function requireOneOutput({ plan }: PlanFlags, json: boolean): void {
  if (plan === '-' && json) throw planWithJson()
}

/** The plan itself, where `--plan -` asks for it. */
export function planOrText({ planText }: CommandResult, text: () => string): string {
  return planText === undefined ? text() : planText.trimEnd()
}
