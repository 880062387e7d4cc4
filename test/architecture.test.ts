/** The house of the design, read off the imports of `src`. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { describe, expect, test } from 'vitest'

const src = join(import.meta.dirname, '../src')

interface Import {
  readonly specifier: string
  /** Whether only types are imported, so that nothing of it is loaded. */
  readonly typeOnly: boolean
  /** Whether it is loaded only when a function asks for it. */
  readonly lazy: boolean
}

interface Source {
  /** Relative to `src`, with slashes. */
  readonly file: string
  readonly room: string
  readonly text: string
  readonly imports: readonly Import[]
}

const sources: Source[] = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => {
    const file = path.split(sep).join('/')
    const text = readFileSync(join(src, path), 'utf8')
    return { file, room: roomOf(file), text, imports: importsOf(text) }
  })

function roomOf(file: string): string {
  return file.includes('/') ? (file.split('/')[0] ?? '') : file
}

function importsOf(text: string): Import[] {
  const fixed = text.matchAll(/^(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm)
  const lazy = text.matchAll(/\bimport\('([^']+)'\)/g)
  return [
    ...[...fixed].map(([, type, specifier = '']) => ({
      specifier,
      typeOnly: type !== undefined,
      lazy: false,
    })),
    ...[...lazy].map(([, specifier = '']) => ({ specifier, typeOnly: false, lazy: true })),
  ]
}

/** The file of `src` that a relative import names, or the specifier of a package. */
function targetOf({ file }: Source, { specifier }: Import): string {
  if (!specifier.startsWith('.')) return specifier
  return relative(src, join(src, dirname(file), specifier))
    .split(sep)
    .join('/')
}

/** What each room may know, types included. Every room may know the files beside the rooms. */
const mayKnow: Readonly<Record<string, readonly string[]>> = {
  sql: [],
  database: ['sql'],
  graph: [],
  catalog: ['database', 'sql'],
  diff: ['catalog'],
  emit: ['catalog', 'diff', 'sql'],
  types: ['catalog', 'emit', 'sql'],
  loader: ['graph', 'index.ts'],
  config: ['database', 'loader', 'types'],
  schema: ['catalog', 'config', 'database', 'loader', 'sql'],
  shadow: ['config', 'database'],
  ledger: ['config', 'database', 'graph', 'loader', 'sql'],
  runner: ['config', 'database', 'graph', 'ledger', 'loader', 'sql'],
  hazards: ['catalog', 'database', 'diff', 'graph', 'runner', 'shadow'],
  views: ['catalog', 'diff', 'graph', 'ledger', 'types'],
  comparison: [
    ...['catalog', 'config', 'database', 'diff', 'emit', 'graph', 'ledger', 'loader', 'runner'],
    ...['schema', 'shadow', 'sql'],
  ],
  authoring: [
    ...['catalog', 'comparison', 'config', 'database', 'diff', 'emit', 'graph', 'ledger', 'loader', 'runner'],
    ...['schema', 'shadow', 'sql', 'hazards', 'types', 'views'],
  ],
  fleet: ['catalog', 'comparison', 'config', 'database', 'graph', 'ledger', 'loader', 'runner'],
  testing: ['config', 'database', 'loader', 'runner', 'shadow', 'testing.ts'],
  'testing.ts': ['config', 'testing'],
  'index.ts': [
    'authoring',
    'comparison',
    'config',
    'fleet',
    'ledger',
    'runner',
    'schema',
    'shadow',
    'hazards',
    'views',
  ],
  cli: ['index.ts', 'database'],
}
const forAll = [
  ...[
    'commands.ts',
    'dates.ts',
    'errors.ts',
    'file-lock.ts',
    'graphviz.ts',
    'nearest.ts',
    'place.ts',
    'regexp.ts',
    'state-folder.ts',
    'state-words.ts',
    'version.ts',
    'whole-file.ts',
  ],
]

test('every file lies in a room of the design', () => {
  const lost = sources.filter(({ room }) => !(room in mayKnow) && !forAll.includes(room))
  expect(lost.map(({ file }) => file)).toEqual([])
})

test('the arrows between rooms point the way of the design', () => {
  const wrong = sources.flatMap((source) =>
    source.imports
      .filter(({ specifier }) => specifier.startsWith('.'))
      .map((imported) => targetOf(source, imported))
      .filter((target) => {
        const room = roomOf(target)
        return room !== source.room && !forAll.includes(room) && !mayKnow[source.room]?.includes(room)
      })
      .map((target) => `${source.file} imports ${target}`),
  )
  expect(wrong).toEqual([])
})

test('nothing imports the CLI', () => {
  const users = sources.filter(
    (source) =>
      source.room !== 'cli' && source.imports.some((each) => roomOf(targetOf(source, each)) === 'cli'),
  )
  expect(users.map(({ file }) => file)).toEqual([])
})

test('every file says in its first comment what it is for', () => {
  const silent = sources.filter(({ text }) => !/^\/\*\* \S/.test(text))
  expect(silent.map(({ file }) => file)).toEqual([])
})

describe('what is pure', () => {
  const isPure = ({ room, file }: Source) =>
    ['sql', 'graph', 'diff', 'emit', 'types', 'views'].includes(room) ||
    (room === 'catalog' && file !== 'catalog/read.ts')
  const io = /^(?:pg|kysely|jiti|execa|cosmiconfig|@electric-sql\/pglite|node:(?:fs|net|child_process).*)$/

  /** Everything that is loaded with a file, however far away. */
  function loadedWith(file: string, seen = new Set<string>()): Set<string> {
    if (seen.has(file)) return seen
    seen.add(file)
    const source = sources.find((each) => each.file === file)
    for (const each of source?.imports ?? []) {
      if (source !== undefined && !each.typeOnly) loadedWith(targetOf(source, each), seen)
    }
    return seen
  }

  test.each(sources.filter(isPure).map(({ file }) => file))('%s loads no driver and no I/O', (file) => {
    expect([...loadedWith(file)].filter((each) => io.test(each))).toEqual([])
  })
})

test('only the CLI reads the process and writes to its streams', () => {
  const uses = sources
    .filter(({ room }) => room !== 'cli')
    .flatMap(({ file, text }) =>
      [...text.matchAll(/\bprocess\.(?:exit|argv|env|stdout|stderr|exitCode)\b|\bconsole\.\w+/g)].map(
        ([use]) => `${file}: ${use}`,
      ),
    )
  // `process.env` in a comment is advice to the reader.
  expect(uses.filter((use) => !/^(?:index|testing|config\/define)\.ts: process\.env$/.test(use))).toEqual([])
})
