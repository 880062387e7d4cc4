import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSession } from '../../src/database/open.ts'
import { current } from '../../src/ledger/current.ts'
import { history } from '../../src/ledger/history.ts'
import { downgrade } from '../../src/runner/downgrade.ts'
import { ensureVersion } from '../../src/runner/ensure-version.ts'
import { stamp } from '../../src/runner/stamp.ts'
import { resolve } from '../../src/runner/unfinished/resolve.ts'
import { upgrade } from '../../src/runner/upgrade.ts'
import { type OwnCluster, startEmbedded } from '../support/embedded.ts'
import { useProject } from './helpers.ts'

let standby: OwnCluster
let primary: OwnCluster

const revisions = [
  { id: 'aaa1', up: 'create table a (id int)' },
  { id: 'bbb2', up: 'create table b (id int)' },
]

beforeAll(async () => {
  ;[standby, primary] = await Promise.all([startEmbedded(), startEmbedded()])
})
afterAll(() => Promise.all([standby.stop(), primary.stop()]))

test('a hot standby is read, and nothing is written to it', async () => {
  const project = await useProject(standby.url, revisions)
  await upgrade(project, { target: 'aaa1' })
  await standby.becomeStandby()
  const { host } = new URL(standby.url)
  const refused = {
    code: 'DATABASE_STANDBY',
    exitCode: 1,
    message: `The server ${host} is a hot standby, which takes no writes; connect to its primary (with several hosts in the URL: target_session_attrs=primary).`,
  }
  await expect(upgrade(project, { target: 'head' })).rejects.toMatchObject(refused)
  await expect(downgrade(project, { target: 'base' })).rejects.toMatchObject(refused)
  await expect(stamp(project, { targets: ['head'] })).rejects.toMatchObject(refused)
  await expect(ensureVersion(project)).rejects.toMatchObject(refused)
  await expect(resolve(project, { target: 'aaa1', applied: true })).rejects.toMatchObject(refused)

  expect(await current(project)).toMatchObject({ heads: ['aaa1'], pending: 1 })
  expect((await history(project, {})).entries).toHaveLength(2)
  const planned = await upgrade(project, { target: 'head', dryRun: true })
  expect(planned.steps.map(({ revision }) => revision)).toEqual(['bbb2'])
})

test('of several servers the one is found that target_session_attrs asks for', async () => {
  const hosts = [standby, primary].map(({ url }) => new URL(url).host)
  const urlFor = (target: string, order = hosts) =>
    `postgres://postgres:secret-of-the-tests@${order.join(',')}/postgres?target_session_attrs=${target}`
  const kind = async (url: string) => {
    const session = await openSession(url)
    await session.close()
    return session.readOnly ?? 'primary'
  }
  expect(await kind(urlFor('any'))).toBe('standby')
  expect(await kind(urlFor('primary'))).toBe('primary')
  expect(await kind(urlFor('read-write'))).toBe('primary')
  expect(await kind(urlFor('standby', [...hosts].reverse()))).toBe('standby')
  expect(await kind(urlFor('prefer-standby', [...hosts].reverse()))).toBe('standby')
  expect(await kind(urlFor('prefer-standby', hosts.slice(1)))).toBe('primary')
  await expect(kind(urlFor('primary', hosts.slice(0, 1)))).rejects.toMatchObject({
    code: 'DATABASE_SESSION_ATTRS',
    message: `The server ${hosts[0]} is a hot standby, which is not what target_session_attrs=primary asks for; correct the URL.`,
  })
  await expect(kind(urlFor('primary', [hosts[0] ?? '', '127.0.0.1:1']))).rejects.toMatchObject({
    code: 'DATABASE_NO_SERVER',
    message: `None of the servers ${hosts[0]}, 127.0.0.1:1 is what target_session_attrs=primary asks for; correct the URL, or see what is the matter with them.`,
    detail: `The server ${hosts[0]} is a hot standby, which is not what target_session_attrs=primary asks for; correct the URL.\nNo server listens on 127.0.0.1:1; start PostgreSQL there, or correct the URL.`,
  })
})
