/** A row of every type of PostgreSQL, inserted and selected: pg gives and takes what the types say. */
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import type { Catalog } from '../../src/catalog/catalog.ts'
import { readCatalog } from '../../src/catalog/read.ts'
import { openSession } from '../../src/database/open.ts'
import { typeResolver } from '../../src/types/resolve-types.ts'
import type { ValueType } from '../../src/types/value-type.ts'
import { useTestDatabase } from '../support/database.ts'
import { isOfType, valuesOf } from './runtime.ts'

/** A value of each type, as PostgreSQL reads it. */
const samples: Readonly<Record<string, string>> = {
  ...{
    bool: 'true',
    int2: '3',
    int4: '-3',
    int8: '9007199254740993',
    oid: '11',
    float4: '0.5',
    float8: 'NaN',
  },
  ...{
    numeric: '1.10',
    money: '12.50',
    text: 'a,"b"\\',
    varchar: 'v',
    bpchar: 'c',
    char: 'x',
    name: 'some_name',
  },
  ...{
    bytea: '\\x0001ff',
    bit: '1',
    varbit: '101',
    uuid: '6f2a9c1b-7d10-4e1c-8d5e-77aa02000000',
    xml: '<a/>',
  },
  ...{ json: '{"a": [1, "x", null]}', jsonb: '[{"b": true}]', jsonpath: '$.a' },
  ...{ date: '2020-01-02', timestamp: '2020-01-02 03:04:05.678', timestamptz: '2020-01-02 03:04:05+02' },
  ...{ time: '03:04:05', timetz: '03:04:05+02', interval: '1 year 2 months 3 days 04:05:06.789' },
  ...{
    inet: '192.168.0.1/24',
    cidr: '10.0.0.0/8',
    macaddr: '08:00:2b:01:02:03',
    macaddr8: '08:00:2b:01:02:03:04:05',
  },
  ...{ point: '(1,2.5)', circle: '<(1,2),3>', line: '{1,2,3}', lseg: '[(0,0),(1,1)]', box: '(1,1),(0,0)' },
  ...{ path: '((0,0),(1,1))', polygon: '((0,0),(1,1),(1,0))', tsvector: "'a':1 'b'", tsquery: "'a' & 'b'" },
  ...{
    int2vector: '1 2',
    oidvector: '1 2',
    xid: '7',
    xid8: '8',
    cid: '3',
    tid: '(0,1)',
    pg_lsn: '0/16B3748',
  },
  ...{
    txid_snapshot: '10:20:10,14',
    pg_snapshot: '10:20:10,14',
    refcursor: 'cursor',
    aclitem: '=r/pg_monitor',
  },
  ...{
    regclass: 'pg_class',
    regtype: 'integer',
    regproc: 'now',
    regprocedure: 'lower(text)',
    regoper: '||/',
  },
  ...{
    regoperator: '+(integer,integer)',
    regconfig: 'simple',
    regdictionary: 'simple',
    regrole: 'pg_monitor',
  },
  ...{ regnamespace: 'pg_catalog', regcollation: '"C"', regdatabase: 'template0' },
  ...{ int4range: '[1,5)', int8range: '[1,5)', numrange: '[1.5,2.5]', daterange: '[2020-01-01,2020-02-01)' },
  ...{
    tsrange: '["2020-01-01 00:00:00",)',
    tstzrange: 'empty',
    int4multirange: '{[1,5)}',
    int8multirange: '{}',
  },
  ...{ nummultirange: '{[1,2),[3,4)}', datemultirange: '{[2020-01-01,2020-02-01)}', tsmultirange: '{}' },
  tstzmultirange: '{}',
  // Of the test.
  ...{
    mood: "it's ok",
    whole: '3',
    mail: 'a@b.c',
    moods: "it's ok",
    many: '{1,2}',
    deep: '3',
    'Odd "x"': '(a,1)',
  },
  ...{ span: '[1,2)', spans: '{[1,2)}', at: '2020-01-02' },
}

/** What no value can be given to. */
const unwritable = /^(?:pg_node_tree|pg_ndistinct|pg_dependencies|pg_mcv_list|pg_brin_\w+_summary|gtsvector)$/

const declared = `
  create type mood as enum ('sad', 'it''s ok');
  create domain whole as integer check (value > 0);
  create domain deep as whole;
  create domain mail as text;
  create domain moods as mood;
  create domain many as int[];
  create domain at as timestamptz;
  create type "Odd ""x""" as (street text, number int);
  create type span as range (subtype = float8, multirange_type_name = spans);`

interface TypeCase {
  readonly name: string
  readonly printed: string
  /** As PostgreSQL reads it. */
  readonly text: string
  readonly value: ValueType
}

async function useTypes() {
  const database = await useTestDatabase()
  const session = await openSession(database.url)
  onTestFinished(() => session.close())
  await session.execute(declared)
  const catalog: Catalog = await readCatalog(session, { schemas: ['*'], hiddenTables: [] })
  const names = new Map([['enum:public.mood', 'Mood']])
  const typeOf = typeResolver({ catalog, names, overrides: {}, used: [], of: 'target' })
  const rows = await session.query<{ name: string; printed: string; array: string | null }>(`
    select t.typname::text as name, format_type(t.oid, null) as printed, format_type(nullif(t.typarray, 0), null) as array
    from pg_type t
    where t.typnamespace in ('pg_catalog'::regnamespace, 'public'::regnamespace) and t.typtype in ('b', 'c', 'd', 'e', 'm', 'r')
      and not exists (select from pg_type element where element.typarray = t.oid)
      and not exists (select from pg_class c where c.reltype = t.oid and c.relkind <> 'c')
    order by t.typnamespace, t.typname`)
  const client = new pg.Client(database.url)
  await client.connect()
  onTestFinished(() => client.end())
  const cases: TypeCase[] = []
  for (const { name, printed, array } of rows) {
    if (unwritable.test(name)) continue
    const text = samples[name]
    if (text === undefined) throw new Error(`There is no sample of ${name}.`)
    cases.push({ name, printed, text, value: typeOf(printed) })
    if (array === null) continue
    const { rows: arrays } = await client.query<{ text: string }>(
      `select array[$1::text::${printed}, $1::text::${printed}]::text as text`,
      [text],
    )
    cases.push({ name: `${name}[]`, printed: array, text: arrays[0]?.text ?? '', value: typeOf(array) })
  }
  return { client, cases }
}

const enums = new Map([['Mood', ['sad', "it's ok"]]])

test('a row of every type holds what the types say, whatever was inserted that they let in', async () => {
  const { client, cases } = await useTypes()
  const wrong: string[] = []
  await client.query(`create table every (${cases.map(({ printed }, i) => `c${i} ${printed}`).join(', ')})`)
  for (const [i, { name, text, value }] of cases.entries()) {
    const check = async (inserted: unknown, what: string): Promise<unknown> => {
      try {
        const { rows } = await client.query<{ held: unknown }>(
          `insert into every (c${i}) values ($1) returning c${i} as held`,
          [inserted],
        )
        const held = rows[0]?.held
        if (!isOfType(held, value.select, enums))
          wrong.push(`${name} is said to be ${value.select}, and is ${typeof held} ${String(held)} (${what})`)
        return held
      } catch (error) {
        wrong.push(`${name} does not take ${what}: ${String(error)}`)
        return null
      }
    }
    const held = await check(text, `text ${text}`)
    const element = Array.isArray(held) ? held[0] : held
    for (const member of value.insert) {
      const sample = member.endsWith('[]') ? (samples[name.slice(0, -2)] ?? '') : text
      for (const one of valuesOf(member, sample, element)) await check(one, `${member} ${String(one)}`)
    }
  }
  expect(wrong).toEqual([])
  expect(cases.length).toBeGreaterThan(150)
})

test('what is not parsed is said to be text, and what is parsed is not', async () => {
  const { cases } = await useTypes()
  const parsed = cases.filter(({ value }) => value.select !== 'string').map(({ name }) => name)
  expect(parsed.sort()).toEqual(
    [
      ...[
        'bool',
        'bytea',
        'circle',
        'date',
        'float4',
        'float8',
        'int2',
        'int4',
        'interval',
        'json',
        'jsonb',
        'mood',
      ],
      ...['moods', 'oid', 'point', 'timestamp', 'timestamptz', 'whole', 'deep', 'many', 'at'],
      ...[
        'bool',
        'bpchar',
        'bytea',
        'cidr',
        'date',
        'float4',
        'float8',
        'inet',
        'int2',
        'int4',
        'int8',
        'interval',
      ].map((name) => `${name}[]`),
      ...[
        'json',
        'jsonb',
        'macaddr',
        'money',
        'numeric',
        'numrange',
        'oid',
        'point',
        'regproc',
        'text',
        'time',
      ].map((name) => `${name}[]`),
      ...['timestamp', 'timestamptz', 'timetz', 'uuid', 'varchar'].map((name) => `${name}[]`),
    ].sort(),
  )
})

test('an array for a column of json is what no type lets in, since pg makes an array of PostgreSQL of it', async () => {
  const { client } = await useTypes()
  await client.query('create table t (j jsonb)')
  await expect(client.query('insert into t values ($1)', [[1, 2]])).rejects.toThrow(/invalid input syntax/)
  const { rows } = await client.query('insert into t values ($1) returning j', [[]])
  expect(rows).toEqual([{ j: {} }])
})
