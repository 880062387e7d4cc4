/** Many runs at once, and a run on a table that others use. */
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { revisionText, startDbmig, useProject } from '../support/cli.ts'
import { useTestDatabase } from '../support/database.ts'
import { applied, ask, disagreements } from './agreement.ts'
import { countOf } from './faults.ts'
import { revisions, useFaultProject } from './project.ts'

const patience = { timeout: 600_000 }

test('of many upgrades at once one works, and all are content', patience, async () => {
  const { url } = await useTestDatabase()
  const cwd = useFaultProject(url)
  const crowd = Array.from({ length: countOf({ long: 50, short: 12 }) }, () =>
    startDbmig(['upgrade', 'head', '--json'], { cwd }),
  )
  const results = await Promise.all(crowd)
  for (const { exitCode, stderr } of results) expect(exitCode, stderr).toBe(0)
  const steps = results.flatMap(({ stdout }) =>
    (JSON.parse(stdout) as { steps: { revision: string }[] }).steps.map(({ revision }) => revision),
  )
  expect(steps.sort()).toEqual(revisions)
  expect(await applied(url)).toEqual(revisions)
  expect(await disagreements(url)).toEqual([])
})

test(
  'an upgrade gets through beside writers and long readers, and no writer waits longer than lock_timeout',
  patience,
  async () => {
    const { url } = await useTestDatabase()
    await ask(
      url,
      'create table busy (id int primary key, n int not null); insert into busy select i, 0 from generate_series(1, 100) i',
    )
    const cwd = useProject({
      'dbmig.config.mjs': `export default ${JSON.stringify({ url, lockTimeout: '200ms', retries: 100 })}\n`,
      'migrations/a.ts': revisionText({
        revision: 'a',
        up: "  await db.schema.alterTable('busy').addColumn('more', 'text').execute()",
      }),
    })
    const end = new AbortController()
    const readers = readOn(url, end.signal)
    const writers = [1, 2, 3, 4].map((place) => writeOn(url, place, end.signal))
    onTestFinished(() => end.abort())
    await readers.reading
    const { exitCode, stderr } = await startDbmig(['upgrade', 'head'], { cwd })
    end.abort()
    const waits = (await Promise.all(writers)).flat().sort((a, b) => a - b)
    await readers.done
    expect(exitCode, stderr).toBe(0)
    const longest = waits.at(-1) ?? 0
    console.log(
      `${waits.length} writes: the median took ${waits[waits.length >> 1]?.toFixed(1)} ms, the longest ${longest.toFixed(0)} ms; ${stderr.match(/try|retry/gi)?.length ?? 0} lines of tries`,
    )
    // The limit is the promise; beside it there is what a busy machine takes for one write.
    expect(longest).toBeLessThan(200 + 1000)
  },
)

/** Reads the table in transactions of a second and a half with shorter breaks, so that the upgrade must try again and again. */
function readOn(url: string, signal: AbortSignal): { reading: Promise<void>; done: Promise<void> } {
  let began = () => {}
  const reading = new Promise<void>((resolve) => {
    began = resolve
  })
  const done = withClient(url, async (client) => {
    while (!signal.aborted) {
      await client.query('begin; select count(*) from busy')
      began()
      await client.query('select pg_sleep(1.5)')
      await client.query('commit')
      await new Promise((resolve) => setTimeout(resolve, 700))
    }
  })
  return { reading, done }
}

/** @returns how long each write took, in milliseconds */
function writeOn(url: string, id: number, signal: AbortSignal): Promise<number[]> {
  return withClient(url, async (client) => {
    const waits: number[] = []
    while (!signal.aborted) {
      const begin = performance.now()
      await client.query('update busy set n = n + 1 where id = $1', [id])
      waits.push(performance.now() - begin)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    return waits
  })
}

async function withClient<Result>(
  url: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url, application_name: 'faults' })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
