/** The code of domains, composite types and range types, to the letter. */
import { describe, expect, test } from 'vitest'
import { roundTrip } from '../support/schemas.ts'

async function codeOf(before: string, after: string): Promise<string> {
  return (await roundTrip(before, after)).up
}

describe('domains', () => {
  test('a domain is written whole, with its comments', async () => {
    const code = await codeOf(
      '',
      `create domain email as varchar(80) collate "C" default 'a@b' not null constraint has_at check (value like '%@%');
       comment on domain email is 'an address'; comment on constraint has_at on domain email is 'it''s so'`,
    )
    expect(code).toBe(`await sql\`
  create domain email as character varying(80)
    collate "C"
    default 'a@b'::character varying
    not null
    constraint has_at CHECK (((VALUE)::text ~~ '%@%'::text))
\`.execute(db)
await sql\`comment on domain email is 'an address'\`.execute(db)
await sql\`comment on constraint has_at on domain email is 'it''s so'\`.execute(db)`)
  })

  test('default, not null and checks are altered in place', async () => {
    const code = await codeOf(
      'create domain age as int constraint positive check (value > 0)',
      'create domain age as int default 1 not null constraint adult check (value > 17)',
    )
    expect(code).toBe(`await sql\`alter domain age drop constraint positive\`.execute(db)
await sql\`alter domain age set default 1\`.execute(db)
await sql\`alter domain age set not null\`.execute(db)
await sql\`alter domain age add constraint adult CHECK ((VALUE > 17))\`.execute(db)`)
  })

  test('a check that was not valid is validated', async () => {
    const code = await codeOf(
      'create domain age as int; alter domain age add constraint positive check (value > 0) not valid',
      'create domain age as int constraint positive check (value > 0)',
    )
    expect(code).toBe('await sql`alter domain age validate constraint positive`.execute(db)')
  })

  test('a new domain gets its check that is not valid in a statement of its own', async () => {
    const code = await codeOf(
      '',
      'create domain age as int; alter domain age add constraint positive check (value > 0) not valid',
    )
    expect(code).toBe(`await sql\`create domain age as integer\`.execute(db)
await sql\`alter domain age add constraint positive CHECK ((VALUE > 0)) NOT VALID\`.execute(db)`)
  })

  test('names that need quoting are quoted', async () => {
    const code = await codeOf(
      '',
      'create schema "My App"; create domain "My App"."order" as int constraint "is it" check (value > 0)',
    )
    expect(code).toContain('create domain "My App"."order" as integer constraint "is it" CHECK ((VALUE > 0))')
  })
})

describe('composite types', () => {
  test('a composite type is written with its attributes and their comments', async () => {
    const code = await codeOf(
      '',
      `create type place as (lat numeric(9,6), "order" text collate "C"); comment on type place is 'where';
       comment on column place.lat is 'north'`,
    )
    expect(
      code,
    ).toBe(`await sql\`create type place as (lat numeric(9,6), "order" text collate "C")\`.execute(db)
await sql\`comment on column place.lat is 'north'\`.execute(db)
await sql\`comment on type place is 'where'\`.execute(db)`)
  })

  test('attributes are added, altered and dropped in place', async () => {
    const code = await codeOf(
      'create type place as (a int, b int, c int)',
      'create type place as (a bigint, c int, d text)',
    )
    expect(code).toBe(
      '// Data loss: type place loses b, and with it what columns of the type hold there.\n' +
        'await sql`alter type place drop attribute b, alter attribute a type bigint, add attribute d text`.execute(db)',
    )
  })

  test('a table of the type follows it', async () => {
    const code = await codeOf(
      'create type place as (a int, b int); create table t of place',
      'create type place as (a int, c text); create table t of place (c default 1)',
    )
    expect(code).toContain('alter type place drop attribute b cascade, add attribute c text cascade')
    expect(code).toContain('alter table t alter column c set default 1')
    expect(code).not.toContain('dropColumn')
  })
})

describe('range types', () => {
  test('a range type is written with what is not usual', async () => {
    const code = await codeOf(
      '',
      `create function gap(float8, float8) returns float8 language sql immutable as 'select $2 - $1';
       create type span as range (subtype = float8, subtype_diff = gap);
       create type word_range as range (subtype = text, subtype_opclass = text_pattern_ops, collation = "C", multirange_type_name = words)`,
    )
    expect(code).toContain('create type span as range (subtype = double precision, subtype_diff = gap)')
    expect(code).toContain(
      `
  create type word_range
    as range (subtype = text, subtype_opclass = text_pattern_ops, collation = "C",
      multirange_type_name = words)
`,
    )
  })

  test('it is dropped without its multirange type, which goes along', async () => {
    expect(await codeOf('create type span as range (subtype = int)', '')).toBe(
      '// Data loss: type span is dropped.\nawait sql`drop type span`.execute(db)',
    )
  })
})
