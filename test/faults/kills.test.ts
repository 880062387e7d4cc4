/** Runs that end at a random moment: the process, its connection, the server under it, or a holder of the lock that stands still. */
import { expect, onTestFinished, test } from 'vitest'
import { startDbmig } from '../support/cli.ts'
import { createTestDatabase, useTestDatabase } from '../support/database.ts'
import { startEmbedded } from '../support/embedded.ts'
import { applied, ask, disagreements, untilNoRunIsLeft } from './agreement.ts'
import { countOf, hitOften, randomFrom, runThrough, type Scene, seed, terminateBackends } from './faults.ts'
import { useFaultProject } from './project.ts'

const patience = { timeout: 3_600_000 }

async function useScene(place: number): Promise<Scene> {
  const { url } = await useTestDatabase()
  return { url, cwd: useFaultProject(url), random: randomFrom(seed + place) }
}

test('a process that is killed leaves a revision boundary, and the next run finishes', patience, async () => {
  const scene = await useScene(1)
  await hitOften(scene, countOf({ long: 120, short: 4 }), ({ pid }) => {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It had ended by itself.
    }
  })
})

test(
  'a connection that is ended leaves a revision boundary, and the next run finishes',
  patience,
  async () => {
    const scene = await useScene(2)
    await hitOften(scene, countOf({ long: 90, short: 4 }), () => terminateBackends(scene.url))
  },
)

test(
  'a server that restarts or crashes leaves a revision boundary, and the next run finishes',
  patience,
  async () => {
    // A server that crashes may lose what it had not written to its log.
    const cluster = await startEmbedded({ settings: { synchronous_commit: 'on' } })
    onTestFinished(() => cluster.stop())
    const { url } = await createTestDatabase(cluster.url)
    const scene: Scene = { url, cwd: useFaultProject(url), random: randomFrom(seed + 3) }
    await hitOften(scene, countOf({ long: 60, short: 2 }), async () => {
      if (scene.random() < 0.5) await cluster.restart()
      else await crash(url)
    })
  },
)

/** A backend that is killed takes the server with it: it ends all connections, and recovers from its log. */
async function crash(url: string): Promise<void> {
  const [own] = await ask<{ pid: number }>(
    url,
    `select pid from pg_stat_activity where backend_type = 'checkpointer'`,
  )
  if (own === undefined) throw new Error('The server has no checkpointer.')
  process.kill(own.pid, 'SIGKILL')
  for (const deadline = performance.now() + 30_000; ; ) {
    try {
      const [now] = await ask<{ pid: number }>(
        url,
        `select pid from pg_stat_activity where backend_type = 'checkpointer'`,
      )
      if (now !== undefined && now.pid !== own.pid) return
    } catch (error) {
      if (performance.now() > deadline) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

test(
  'whoever meets a holder that stands still names it and changes nothing, and both can go on',
  patience,
  async () => {
    const scene = await useScene(4)
    const withinMs = await runThrough(scene, 'up')
    await runThrough(scene, 'down')
    for (let i = 0; i < countOf({ long: 30, short: 2 }); i++) {
      const first = startDbmig(['upgrade', 'head'], { cwd: scene.cwd })
      const { pid } = first
      if (pid === undefined) throw new Error('dbmig did not start.')
      await new Promise((resolve) => setTimeout(resolve, scene.random() * withinMs))
      signal(pid, 'SIGSTOP')
      const second = await startDbmig(['upgrade', 'head', '--lock-wait', '300ms'], { cwd: scene.cwd })
      if (second.exitCode === 0) expect(await disagreements(scene.url)).toEqual([])
      else expect(second.stderr).toMatch(/^error: Another run \(process \d+.*holds the migration lock/m)
      if (i % 2 === 0) {
        signal(pid, 'SIGCONT')
        expect((await first).exitCode).toBe(0)
        expect(await applied(scene.url)).toHaveLength(30)
      } else {
        signal(pid, 'SIGKILL')
        await first
      }
      await untilNoRunIsLeft(scene.url)
      expect(await disagreements(scene.url)).toEqual([])
      await runThrough(scene, 'up')
      await runThrough(scene, 'down')
    }
  },
)

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It had ended by itself.
  }
}
