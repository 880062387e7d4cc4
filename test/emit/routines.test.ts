/** The code of functions, triggers, rules and policies, to the letter. */
import { describe, expect, test } from 'vitest'
import { roundTrip } from '../support/schemas.ts'

async function codeOf(before: string, after: string): Promise<string> {
  return (await roundTrip(before, after)).up
}

const add = (body: string, rest = ''): string =>
  `create function add(a int, b int) returns int language sql ${rest} as $$ ${body} $$`

describe('functions', () => {
  test('a function is written as PostgreSQL prints it, with its comment', async () => {
    const code = await codeOf('', `${add('select a + b', 'immutable')}; comment on function add is 'the sum'`)
    expect(code).toBe(`await sql\`
  create function add(a integer, b integer)
   RETURNS integer
   LANGUAGE sql
   IMMUTABLE
  AS $function$ select a + b $function$
\`.execute(db)
await sql\`comment on function add(integer, integer) is 'the sum'\`.execute(db)`)
  })

  test('another body or attribute replaces it in place', async () => {
    const code = await codeOf(add('select a + b'), add('select b + a', 'strict parallel safe'))
    expect(code).toContain('create or replace function add(a integer, b integer)')
    expect(code).not.toContain('drop')
  })

  test('it is dropped by its name and the types of its arguments', async () => {
    expect(await codeOf(add('select 1'), '')).toBe(
      'await sql`drop function add(integer, integer)`.execute(db)',
    )
  })

  test('a body keeps every character', async () => {
    const body = [
      `declare -- \`tick\` \${brace} \\back \\n */ /*`,
      "  s text := 'it''s';",
      '\tt text := $q$ $1 $q$;\r',
      'begin',
      '',
      "  return E'\\\\' || s || t;   ",
      'end',
    ].join('\n')
    await roundTrip('', `create function f() returns text language plpgsql as $body$${body}$body$`)
  })

  test('a procedure is told from another by its output arguments too', async () => {
    const code = await codeOf(
      'create procedure p(a int, inout b int) language sql as $$ select 1 $$',
      'create procedure p(a int, b int, out c int) language sql as $$ select 1 $$',
    )
    expect(code).toContain('drop procedure p(IN a integer, INOUT b integer)')
    expect(code).toContain('create procedure p(IN a integer, IN b integer, OUT c integer)')
  })

  test('a function that PostgreSQL has too is named with its schema', async () => {
    const code = await codeOf(
      'create function gen_random_uuid() returns uuid language sql as $$ select null::uuid $$',
      '',
    )
    expect(code).toBe('await sql`drop function public.gen_random_uuid()`.execute(db)')
  })

  test('an aggregate has all its parameters', async () => {
    const code = await codeOf(
      '',
      `create aggregate total(int) (sfunc = int4pl, stype = int, initcond = '0', combinefunc = int4pl, parallel = safe);
       comment on aggregate total(int) is 'sums'`,
    )
    expect(code).toBe(`await sql\`
  create aggregate total(integer) (
    sfunc = int4pl,
    stype = integer,
    combinefunc = int4pl,
    initcond = '0',
    parallel = safe
  )
\`.execute(db)
await sql\`comment on aggregate total(integer) is 'sums'\`.execute(db)`)
  })

  test('an ordered-set aggregate, a moving aggregate and one without arguments survive', async () => {
    await roundTrip(
      '',
      `create aggregate middle(float8 order by float8) (sfunc = ordered_set_transition, stype = internal,
         finalfunc = percentile_disc_final, finalfunc_extra, parallel = safe);
       create aggregate moving(int) (sfunc = int4pl, stype = int, msfunc = int4pl, minvfunc = int4mi, mstype = int, minitcond = '0');
       create aggregate rows(*) (sfunc = int8inc, stype = int8, initcond = '0')`,
    )
  })
})

const table = `create table t (a int, b int);
  create function noted() returns trigger language plpgsql as $$ begin return new; end $$`

describe('triggers', () => {
  const trigger = 'create trigger noted before insert or update of b on t for each row'

  test('a trigger is written as PostgreSQL prints it, with its comment', async () => {
    const code = await codeOf(
      table,
      `${table}; ${trigger} when (new.a > 0) execute function noted(); comment on trigger noted on t is 'why'`,
    )
    expect(code).toBe(
      `await sql\`
  create trigger noted
    BEFORE INSERT OR UPDATE OF b ON t
    FOR EACH ROW
    WHEN ((new.a > 0))
    EXECUTE FUNCTION noted()
\`.execute(db)
await sql\`comment on trigger noted on t is 'why'\`.execute(db)`,
    )
  })

  test('another definition replaces it in place, and it fires as before', async () => {
    const code = await codeOf(
      `${table}; ${trigger} execute function noted(); alter table t disable trigger noted`,
      `${table}; ${trigger} execute function noted('x'); alter table t disable trigger noted`,
    )
    expect(code).toBe(
      `await sql\`
  create or replace trigger noted
    BEFORE INSERT OR UPDATE OF b ON t
    FOR EACH ROW
    EXECUTE FUNCTION noted('x')
\`.execute(db)
await sql\`alter table t disable trigger noted\`.execute(db)`,
    )
  })

  test('a constraint trigger is dropped and made again', async () => {
    const deferred = 'deferrable initially deferred for each row execute function noted()'
    const code = await codeOf(
      `${table}; create constraint trigger c after insert on t for each row execute function noted()`,
      `${table}; create constraint trigger c after insert on t ${deferred}`,
    )
    expect(code).toBe(
      `await sql\`drop trigger c on t\`.execute(db)
await sql\`
  create constraint trigger c
    AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW
    EXECUTE FUNCTION noted()
\`.execute(db)`,
    )
  })

  test.each(['disable', 'enable replica', 'enable always'])('it can be set to %s', async (state) => {
    const before = `${table}; ${trigger} execute function noted()`
    expect(await codeOf(before, `${before}; alter table t ${state} trigger noted`)).toBe(
      `await sql\`alter table t ${state} trigger noted\`.execute(db)`,
    )
  })

  test('on partitions it can be set otherwise than on their table', async () => {
    const tree = `create table t (a int, b int) partition by list (a); create table t1 partition of t for values in (1);
      create table t2 partition of t for values in (2) partition by list (b); create table t21 partition of t2 default;
      ${table.slice(table.indexOf('create function'))}; ${trigger} execute function noted()`
    const code = await codeOf(
      tree,
      `${tree}; alter table t disable trigger noted; alter table t2 enable trigger noted;
       alter table t21 enable always trigger noted`,
    )
    expect(code).toBe(`await sql\`alter table t disable trigger noted\`.execute(db)
await sql\`alter table t2 enable trigger noted\`.execute(db)
await sql\`alter table t21 enable always trigger noted\`.execute(db)`)
    await roundTrip('', `${tree}; alter table t1 disable trigger noted`)
  })

  test('it goes with its table without a word', async () => {
    const code = await codeOf(
      `${table}; ${trigger} execute function noted()`,
      table.slice(table.indexOf('create function')),
    )
    expect(code).not.toContain('drop trigger')
  })

  test('an event trigger is made last', async () => {
    const code = await codeOf(
      '',
      `create function seen() returns event_trigger language plpgsql as $$ begin end $$;
       create event trigger seen on ddl_command_end when tag in ('CREATE TABLE', 'DROP TABLE') execute function seen();
       alter event trigger seen disable; create table t (a int)`,
    )
    expect(code.split('\n').slice(-2).join('\n')).toBe(
      `await sql\`create event trigger seen on ddl_command_end when tag in ('CREATE TABLE', 'DROP TABLE') execute function seen()\`.execute(db)
await sql\`alter event trigger seen disable\`.execute(db)`,
    )
  })
})

describe('policies', () => {
  const policy = (rest: string): string => `create table t (a int, b int); create policy p on t ${rest}`

  test('a policy says what is not the default', async () => {
    const code = await codeOf(
      'create table t (a int, b int)',
      `${policy('as restrictive for update to pg_monitor using (a > 0 and b = 1) with check (a > 1)')}; comment on policy p on t is 'why'`,
    )
    expect(code).toBe(
      `await sql\`
  create policy p on t
    as restrictive
    for update
    to pg_monitor
    using (a > 0 AND b = 1)
    with check (a > 1)
\`.execute(db)
await sql\`comment on policy p on t is 'why'\`.execute(db)`,
    )
  })

  test('roles and conditions are altered in place', async () => {
    const code = await codeOf(
      policy('to pg_monitor using (a = 1)'),
      policy('using (a = 2) with check (b = 2)'),
    )
    expect(code).toBe('await sql`alter policy p on t to public using (a = 2) with check (b = 2)`.execute(db)')
  })

  test('a condition is taken away by making the policy again', async () => {
    const code = await codeOf(policy('using (a = 1) with check (b = 1)'), policy('using (a = 1)'))
    expect(code).toBe(`await sql\`drop policy p on t\`.execute(db)
await sql\`create policy p on t using (a = 1)\`.execute(db)`)
  })
})

describe('rules', () => {
  test('a rule is written as PostgreSQL prints it, with its state and comment', async () => {
    const code = await codeOf(
      table,
      `${table}; create rule r as on insert to t where new.a = 0 do instead nothing; alter table t disable rule r;
       comment on rule r on t is 'why'`,
    )
    expect(code).toBe(`await sql\`
  create rule r AS
      ON INSERT TO t
     WHERE (new.a = 0) DO INSTEAD NOTHING
\`.execute(db)
await sql\`alter table t disable rule r\`.execute(db)
await sql\`comment on rule r on t is 'why'\`.execute(db)`)
  })

  test('another definition replaces it in place', async () => {
    const code = await codeOf(
      `${table}; create rule r as on delete to t do instead nothing`,
      `${table}; create rule r as on delete to t do also (update t set a = 1; select 1)`,
    )
    expect(code).toContain('create or replace rule r AS')
    expect(code).not.toContain('drop')
  })
})
