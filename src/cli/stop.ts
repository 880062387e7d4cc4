/** The signals that end a command, and with which exit code. */

// Not SIGHUP: a listener would undo what nohup asks for.
export const stopCodes = { SIGINT: 130, SIGTERM: 143 } as const

export type StopSignal = keyof typeof stopCodes

/** What a command is aborted with. */
export class Stopped extends Error {
  readonly exitCode: (typeof stopCodes)[StopSignal]

  constructor(name: StopSignal) {
    super(`ended by ${name}`)
    this.name = 'AbortError'
    this.exitCode = stopCodes[name]
  }
}

/** The exit code of a command that a signal ends; undefined where none does. */
export function stopCodeOf({ reason }: AbortSignal): number | undefined {
  return reason instanceof Stopped ? reason.exitCode : undefined
}

/** For `JSON.stringify`: an interruption says how the process really ends. */
export function withStopCode(signal: AbortSignal): (key: string, value: unknown) => unknown {
  return (key, value) => (key === 'exitCode' && value === 130 ? (stopCodeOf(signal) ?? value) : value)
}
