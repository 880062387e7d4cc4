/** What the server says beside its answers: `raise notice`, `raise warning`, `drop cascades to …`. */

export interface Notice {
  /** PostgreSQL's word for it, in its language: `NOTICE`, `WARNING`, `INFO`. */
  readonly severity: string
  readonly message: string
  readonly detail: string | null
  readonly hint: string | null
}

/** @param after how many statements of the message that the server works on were done before */
export type OnNotice = (notice: Notice, after: number) => void

/** What both drivers give. */
type Given = Readonly<Record<keyof Notice, string | undefined>>

export function noticeOf({ severity = '', message = '', detail, hint }: Given): Notice {
  return { severity, message, detail: detail ?? null, hint: hint ?? null }
}
