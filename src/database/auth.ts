/** Holding a server to `require_auth` and `channel_binding=require`, which pg does not know. */
import type { Client } from 'pg'
import type { ServerAddress } from './address.ts'

/** What pg tells of a server's question. */
interface Question {
  readonly mechanisms?: readonly string[]
}

const methods: Readonly<Record<string, string>> = {
  authenticationCleartextPassword: 'password',
  authenticationMD5Password: 'md5',
  authenticationSASL: 'scram-sha-256',
}

/**
 * Hangs up before a password is sent to a server that asks for it in another way than it must.
 *
 * @param hangUp ends the connection with an error
 */
export function holdToAuthentication(
  { connection }: Client,
  { requireAuth, requireChannelBinding }: ServerAddress,
  hangUp: (error: Error) => void,
): void {
  if (requireAuth.length === 0 && !requireChannelBinding) return
  let asked = 'none'
  const judge = (mechanisms: readonly string[]) => {
    const allowed = requireAuth.some((method) => method.startsWith('!'))
      ? !requireAuth.includes(`!${asked}`)
      : requireAuth.length === 0 || requireAuth.includes(asked)
    if (!allowed)
      hangUp(new Error(`the server asks for the authentication ${asked}, which require_auth forbids`))
    else if (requireChannelBinding && !mechanisms.includes('SCRAM-SHA-256-PLUS'))
      hangUp(new Error('the server offers no channel binding, which channel_binding requires'))
  }
  for (const [name, method] of Object.entries(methods))
    connection.prependListener(name, (question: Question) => {
      asked = method
      judge(question.mechanisms ?? [])
    })
  connection.prependListener('authenticationOk', () => {
    if (asked === 'none') judge([])
  })
}
