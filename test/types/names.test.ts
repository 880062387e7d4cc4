/** Names of any characters: the types compile, and Kysely finds what they name. */
import fc from 'fast-check'
import {
  CamelCasePlugin,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from 'kysely'
import { describe, expect, test } from 'vitest'
import { camelCaseBy } from '../../src/authoring/camel-case.ts'
import { quoteIdentifier } from '../../src/database/quote.ts'
import { databaseTypes } from '../../src/types/database-types.ts'
import { typeNames } from '../../src/types/names.ts'
import { catalogOf } from '../support/schemas.ts'
import { compileErrors, keysOf, kyselyVersions, queriesOf } from './compile.ts'

const awkward = [
  ...[
    'user',
    'users',
    'User',
    'a b',
    'a_b',
    'A B',
    'a-b',
    'a b2',
    'ab',
    '2fa',
    '_',
    '!',
    '"',
    "'",
    '`',
    '$\u007bx}',
    '\\',
  ],
  ...[
    'class',
    'default',
    'type',
    'Database',
    'date',
    'generated',
    'column_type',
    'json_value',
    'point',
    'buffer',
  ],
  ...[
    'constructor',
    '__proto__',
    'prototype',
    'toString',
    'a\nb',
    'a\u2028b',
    '*/',
    '名前',
    'größe',
    'e\u0301',
    '😀',
  ],
  ...[
    'order',
    'select',
    'x'.repeat(63),
    `${'é'.repeat(31)}a`,
    'Ünï cödé',
    'Zahl 1',
    '1',
    '1.5',
    'a.b',
    'a as b',
    ' lead',
    'trail ',
  ],
]
const anyName = fc
  .oneof(fc.string({ unit: 'grapheme', minLength: 1 }), fc.string({ unit: 'binary', minLength: 1 }))
  .map((text) => clipped(text.replaceAll('\0', '')))
  .filter((text) => text !== '')

/** The longest beginning that PostgreSQL keeps of a name. */
function clipped(text: string): string {
  let result = ''
  for (const character of text) {
    if (/[\ud800-\udfff]/u.test(character) || Buffer.byteLength(result + character) > 63) break
    result += character
  }
  return result
}

const names = [...new Set([...awkward, ...fc.sample(anyName, { numRuns: 60, seed: 6 })])]

function db(...plugins: readonly CamelCasePlugin[]) {
  return new Kysely<Record<string, Record<string, unknown>>>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (kysely) => new PostgresIntrospector(kysely),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
    plugins: [...plugins],
  })
}

function declarationOf(schema: string, all: readonly string[]): string {
  const columns = all.map((name) => `${quoteIdentifier(name)} int`).join(', ')
  const within = (name: string) => `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`
  return [
    ...(schema === 'public' ? [] : [`create schema ${quoteIdentifier(schema)}`]),
    ...all.map((name) => `create table ${within(name)} (id int)`),
    `create table ${within('of all columns')} (${columns})`,
    ...all.map(
      (name) =>
        `create type ${within(clipped(`e ${name}`))} as enum (${literal(name)}, ${literal(`2${clipped(name).slice(0, 10)}`)})`,
    ),
  ].join(';\n')
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

describe('names of any characters', () => {
  test('make types that compile with each Kysely, and keys under which it finds every table', async () => {
    const schemas = ['public', 'a schema', 'ünï']
    const some = names.filter((name, i) => i % 4 === 0 || name !== name.trim())
    const catalog = await catalogOf(
      schemas.map((schema) => declarationOf(schema, schema === 'public' ? names : some)).join(';\n'),
    )
    const { text, warnings } = databaseTypes({ catalog, name: 'target' })
    const keys = new Set(keysOf(text))
    const left: string[] = []
    for (const object of catalog.objects.values()) {
      if (object.kind !== 'table') continue
      const { schema, name } = object
      const key = schema === 'public' ? name : `${schema}.${name}`
      if (!keys.delete(key)) left.push(key)
      else
        expect(db().selectFrom(key).selectAll().compile().sql).toBe(
          `select * from ${schema === 'public' ? '' : `${quoteIdentifier(schema)}.`}${quoteIdentifier(name)}`,
        )
    }
    expect([...keys]).toEqual([])
    const isRead = (name: string): boolean => /\.| as /.test(name)
    expect(left.sort()).toEqual(
      [
        ...names.filter(isRead),
        ...['a schema', 'ünï'].flatMap((schema) =>
          some.filter((name) => isRead(name) || name !== name.trim()).map((name) => `${schema}.${name}`),
        ),
      ].sort(),
    )
    expect(warnings).toEqual([
      expect.stringMatching(
        /^Kysely reads dots, spaces at the ends and " as " in the name of a table as its own, so public\."1\.5", .* and \d+ more cannot be queried by name and are left out of Database\.$/,
      ),
    ])
    for (const version of kyselyVersions)
      expect(compileErrors({ 'db.ts': text, 'queries.ts': queriesOf(text, 'db.ts') }, version)).toEqual([])
  })

  test.each([
    [{}, 'some_schema'],
    [{ underscoreBeforeDigits: true }, 'some_schema'],
    [{ upperCase: true }, 'SOME_SCHEMA'],
    [{ underscoreBetweenUppercaseLetters: true }, 'some_schema'],
  ])(
    'in camelCase with the options %o lead back to the names by the plugin, or are warned of',
    async (options, schema) => {
      const snakes = [
        'user_id',
        'address_1',
        'address1',
        'userId',
        '_id',
        'id_',
        'a__b',
        'URL',
        'USER_ID',
        'sha256_hash',
        'x_y_z',
      ]
      const catalog = await catalogOf(
        declarationOf(schema, [...snakes, ...names.filter((name) => !/\.| as /.test(name))]),
      )
      const plugin = new CamelCasePlugin(options)
      const naming = await camelCaseBy(options)
      const { text, warnings } = databaseTypes({ catalog, name: 'target', camelCase: naming })
      expect(compileErrors({ 'db.ts': text, 'queries.ts': queriesOf(text, 'db.ts') })).toEqual([])
      const whole = new Set(keysOf(text).map((key) => db(plugin).selectFrom(key).selectAll().compile().sql))
      const survives = (name: string): boolean => naming.snake(naming.camel(name)) === name
      for (const object of catalog.objects.values()) {
        if (object.kind !== 'table' || object.name !== object.name.trim()) continue
        const { name } = object
        if (survives(name) || naming.snake(name) === name)
          expect(whole).toContain(`select * from ${quoteIdentifier(schema)}.${quoteIdentifier(name)}`)
      }
      expect(warnings.join()).toContain('CamelCasePlugin does not find the way back')
    },
  )

  test('are interfaces of different names, which do not depend on what comes behind', () => {
    const items = (all: readonly string[]) =>
      all.map((name) => ({ identity: `table:${name}`, kind: 'table' as const, schema: 'public', name }))
    fc.assert(
      fc.property(fc.uniqueArray(fc.oneof(anyName, fc.constantFrom(...awkward))), (all) => {
        const given = typeNames(items(all), 'public')
        expect(new Set(given.values()).size).toBe(all.length)
        for (const name of given.values()) expect(name).toMatch(/^[\p{ID_Start}_][\p{ID_Continue}]*$/u)
      }),
    )
    expect([
      ...typeNames(items(['user', 'users', 'a b', 'a_b', 'a_b2', '2fa', '!', 'point']), 'public').values(),
    ]).toEqual(['User', 'Users', 'AB', 'AB3', 'AB2', '_2fa', 'Table', 'PointTable'])
  })
})
