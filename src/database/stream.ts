/** The way to a server: a socket, and the agreement on TLS that comes before PostgreSQL's own protocol. */
import type { Socket } from 'node:net'
import type { ServerAddress } from './address.ts'
import type { Endpoint } from './endpoints.ts'
import { tlsOptions } from './tls-settings.ts'

/** SSLRequest: its length and its code (manual, 54.7). */
const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])

/**
 * Connects, and encrypts where that is asked for and the server can.
 *
 * Not pg's own way: it knows neither `prefer`, nor `allow`, nor `hostaddr`.
 *
 * @param socket new; its owner destroys it to give up
 * @param encrypt whether to ask for TLS at all
 */
export async function openStream(
  socket: Socket,
  endpoint: Endpoint,
  { tls: settings }: Pick<ServerAddress, 'tls'>,
  encrypt: boolean,
): Promise<Socket> {
  const { host, hostaddr, port } = endpoint
  const isLocal = isSocket(endpoint)
  if (isLocal) socket.connect(`${host}/.s.PGSQL.${port}`)
  else socket.connect(port, hostaddr ?? host)
  socket.setNoDelay(true)
  await event(socket, 'connect', socket)
  // Nobody can listen in on a socket of the machine itself.
  if (!encrypt || isLocal) return socket
  const options = tlsOptions(settings, host)
  if (settings.negotiation === 'postgres') {
    socket.write(sslRequest)
    const answer = await event<Buffer>(socket, 'data', socket)
    // What follows the answer unencrypted could be anybody's (CVE-2021-23222).
    if (answer.length > 1) throw new Error('The server sent data before the SSL connection was made')
    const isRefused = answer.toString() !== 'S'
    if (isRefused && settings.mode === 'prefer') return socket
    if (isRefused) throw new Error('The server does not support SSL connections')
  }
  const { connect } = await import('node:tls')
  const secure = connect({ ...options, socket })
  await event(secure, 'secureConnect', socket)
  return secure
}

function isSocket({ host, hostaddr }: Endpoint): boolean {
  return host.startsWith('/') && hostaddr === null
}

/** What an event brings; rejects when there is an error, or when the socket is closed before. */
function event<T>(stream: Socket, name: string, socket: Socket): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (then: () => void) => {
      stream.removeListener(name, onEvent)
      socket.removeListener('close', onClose)
      then()
    }
    const onEvent = (value: T) => settle(() => resolve(value))
    const onClose = () => settle(() => reject(new Error('Connection terminated unexpectedly')))
    stream.once(name, onEvent)
    socket.once('close', onClose)
    // Stays: an error that comes when nobody waits must not end the process; whoever reads next meets it.
    stream.on('error', (error) => settle(() => reject(error)))
  })
}

/** The stream as pg wants it, which connects it by itself. */
export function alreadyConnected(stream: Socket): Socket {
  return Object.assign(stream, {
    connect() {
      process.nextTick(() => stream.emit('connect'))
      return stream
    },
  })
}
