/** SSL as libpq has it (manual, 34.19): which modes, which files. */

import { existsSync, readFileSync, statSync } from 'node:fs'
import { isIP } from 'node:net'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { ConnectionOptions, SecureVersion } from 'node:tls'
import { tlsFileOpen, tlsFileUnreadable, tlsNeedsName, tlsNeedsRoot } from './errors.ts'
import type { Parameters } from './uri.ts'

const strong = ['require', 'verify-ca', 'verify-full', 'no-verify'] as const
const modes = ['disable', 'allow', 'prefer', ...strong] as const
const versions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const

export interface TlsSettings {
  /** `no-verify` is pg's word for libpq's `require` without a root certificate. */
  readonly mode: (typeof modes)[number]
  /** `direct`: TLS begins at once, which PostgreSQL 17 understands. */
  readonly negotiation: 'postgres' | 'direct'
  readonly cert: string | null
  readonly key: string | null
  readonly passphrase: string | null
  /** A file, or `system`: the certificates that Node trusts. */
  readonly rootCert: string | null
  readonly crl: string | null
  readonly sni: boolean
  readonly minVersion: SecureVersion
  readonly maxVersion: SecureVersion | null
}

type Choice = <T extends string>(keyword: string, among: readonly T[], otherwise: T) => T

export function readTlsSettings(given: Parameters, choice: Choice): TlsSettings {
  const rootCert = given.get('sslrootcert') ?? null
  const negotiation = choice('sslnegotiation', ['postgres', 'direct'], 'postgres')
  const usual = negotiation === 'direct' ? 'require' : 'prefer'
  // As libpq does: what public authorities sign says nothing but the name.
  const isPublic = rootCert === 'system'
  return {
    mode: choice(
      'sslmode',
      isPublic ? ['verify-full'] : negotiation === 'direct' ? strong : modes,
      isPublic ? 'verify-full' : usual,
    ),
    negotiation,
    cert: given.get('sslcert') ?? null,
    key: given.get('sslkey') ?? null,
    passphrase: given.get('sslpassword') ?? null,
    rootCert,
    crl: given.get('sslcrl') ?? null,
    sni: given.get('sslsni') !== '0',
    minVersion: choice('ssl_min_protocol_version', versions, 'TLSv1.2'),
    maxVersion: given.has('ssl_max_protocol_version')
      ? choice('ssl_max_protocol_version', versions, 'TLSv1.3')
      : null,
  }
}

/**
 * Reads the files that the settings name.
 *
 * @param host whose certificate it must be, with `verify-full`
 * @throws DATABASE_SSL
 */
export function tlsOptions(settings: TlsSettings, host: string): ConnectionOptions {
  const { mode, rootCert, passphrase, maxVersion } = settings
  const certFile = settings.cert ?? ownFile('postgresql.crt')
  const keyFile = settings.key ?? (certFile === null ? null : ownFile('postgresql.key'))
  const rootFile = rootCert === 'system' ? null : (rootCert ?? ownFile('root.crt'))
  const crlFile = settings.crl ?? ownFile('root.crl')
  const asks = mode === 'verify-ca' || mode === 'verify-full' || (mode === 'require' && rootFile !== null)
  // Whom everybody can ask for a certificate says nothing where the name is not looked at.
  if (mode === 'verify-ca' && rootFile === null) throw tlsNeedsRoot()
  if (mode === 'verify-full' && (host === '' || host.startsWith('/'))) throw tlsNeedsName()
  if (keyFile !== null) requirePrivate(keyFile)
  return {
    minVersion: settings.minVersion,
    ...(maxVersion === null ? {} : { maxVersion }),
    ...(certFile === null ? {} : { cert: contents(certFile) }),
    ...(keyFile === null ? {} : { key: contents(keyFile) }),
    ...(passphrase === null ? {} : { passphrase }),
    ...(asks && rootFile !== null ? { ca: contents(rootFile) } : {}),
    ...(asks && crlFile !== null ? { crl: contents(crlFile) } : {}),
    rejectUnauthorized: asks,
    host,
    // A name, never an address (RFC 6066, 3).
    ...(settings.sni && isIP(host) === 0 && !host.startsWith('/') ? { servername: host } : {}),
    ...(mode === 'verify-full' ? {} : { checkServerIdentity: () => undefined }),
    ...(settings.negotiation === 'direct' ? { ALPNProtocols: ['postgresql'] } : {}),
  }
}

function ownFile(name: string): string | null {
  const path = join(homedir(), '.postgresql', name)
  return existsSync(path) ? path : null
}

function contents(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw tlsFileUnreadable(path, error)
  }
}

/** libpq's rule: its user's alone, or root's and its group's. */
function requirePrivate(path: string): void {
  if (process.platform === 'win32') return
  let mode: number
  let owner: number
  try {
    ;({ mode, uid: owner } = statSync(path))
  } catch (error) {
    throw tlsFileUnreadable(path, error)
  }
  if ((mode & (owner === 0 ? 0o027 : 0o077)) !== 0) throw tlsFileOpen(path)
}
