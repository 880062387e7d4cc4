/** One side of a random pair as SQL that PostgreSQL takes. */
import type { SchemaPair, Side, Slot } from './model.ts'
import { ident, literal } from './names.ts'

/** What is there on a side, with its place, by which it is named. */
function present<T>(slots: readonly Slot<T>[], side: Side): { readonly at: number; readonly spec: T }[] {
  return slots.flatMap((slot, at) => {
    const spec = slot[side]
    return spec === null ? [] : [{ at, spec }]
  })
}

function chosen<T>(list: readonly T[], pick: number): T | undefined {
  return list.length === 0 ? undefined : list[pick % list.length]
}

interface Type {
  readonly sql: string
  readonly value: string
  readonly family: 'integer' | 'text' | 'sortable' | 'json' | 'array' | 'range' | 'other'
  /** PostgreSQL finds no equality by which a foreign key could compare a domain over an enum. */
  readonly over?: 'enum' | 'domain over enum'
}

const builtIn: readonly Type[] = [
  { sql: 'integer', value: '1', family: 'integer' },
  { sql: 'bigint', value: '2', family: 'integer' },
  { sql: 'smallint', value: '3', family: 'integer' },
  { sql: 'text', value: literal("it's \\ `$" + '{x}`'), family: 'text' },
  { sql: 'varchar(20)', value: literal('v'), family: 'text' },
  { sql: 'char(3)', value: literal('abc'), family: 'sortable' },
  { sql: 'numeric(10,2)', value: '1.50', family: 'sortable' },
  { sql: 'boolean', value: 'true', family: 'sortable' },
  { sql: 'timestamptz', value: 'now()', family: 'sortable' },
  { sql: 'timestamp(3)', value: 'localtimestamp', family: 'sortable' },
  { sql: 'date', value: 'current_date', family: 'sortable' },
  { sql: 'interval day to second', value: "'1 day'", family: 'sortable' },
  { sql: 'uuid', value: 'gen_random_uuid()', family: 'sortable' },
  { sql: 'double precision', value: '1.5e10', family: 'sortable' },
  { sql: 'bytea', value: "'\\x00'", family: 'sortable' },
  { sql: 'inet', value: "'::1'", family: 'sortable' },
  { sql: 'jsonb', value: `'{"a": [1]}'`, family: 'json' },
  { sql: 'json', value: `'{}'`, family: 'other' },
  { sql: 'text[]', value: "array['x', null]::text[]", family: 'array' },
  { sql: 'integer[]', value: "'{}'", family: 'array' },
  { sql: 'int4range', value: "'[1,2)'", family: 'range' },
  { sql: 'point', value: "'(1,2)'", family: 'other' },
]

interface NamedColumn {
  readonly name: string
  readonly type: Type
  readonly generated: boolean
}

interface Key {
  readonly table: string
  readonly column: string
  readonly type: string
  readonly unlogged: boolean
}

interface Relation {
  readonly sql: string
  readonly columns: readonly NamedColumn[]
}

/**
 * The statements that make one side.
 *
 * @param serverVersion as a number: 150018
 */
export function schemaSql(pair: SchemaPair, side: Side, serverVersion: number): string {
  return new SchemaWriter(pair, side, serverVersion).write()
}

class SchemaWriter {
  readonly #pair: SchemaPair
  readonly #side: Side
  readonly #serverVersion: number
  readonly #statements: string[] = []
  readonly #types: Type[] = [...builtIn]
  readonly #sequences: string[] = []
  readonly #functions: string[] = []
  readonly #schemas: string[] = ['public']
  readonly #relations: Relation[] = []
  readonly #keys: Key[] = []

  constructor(pair: SchemaPair, side: Side, serverVersion: number) {
    this.#pair = pair
    this.#side = side
    this.#serverVersion = serverVersion
  }

  write(): string {
    this.#writeSchemas()
    this.#writeTypes()
    this.#writeSequences()
    this.#writeFunctions()
    for (const [at, table] of this.#pair.tables.entries()) this.#writeTable(table, at)
    for (const [at, table] of this.#pair.partitioned.entries()) this.#writePartitioned(table, at)
    this.#writeForeignKeys()
    this.#writeViews()
    this.#writeReaders()
    return `${this.#statements.join(';\n')};\n`
  }

  /** A name of its own for each place; kinds share names where PostgreSQL lets them. */
  #name(at: number, prefix = ''): string {
    const name = this.#pair.names[at % this.#pair.names.length] ?? 'x'
    return prefix === '' ? name : clipped(`${prefix}${name}`)
  }

  #part(at: number): string {
    return this.#pair.partNames[at % this.#pair.partNames.length] ?? 'y'
  }

  #say(statement: string): void {
    this.#statements.push(statement)
  }

  #comment(what: string, text: string | null): void {
    if (text !== null) this.#say(`comment on ${what} is ${literal(text)}`)
  }

  #present<T>(slots: readonly Slot<T>[]): { readonly at: number; readonly spec: T }[] {
    return present(slots, this.#side)
  }

  #writeSchemas(): void {
    for (const { at, spec } of this.#present(this.#pair.schemas)) {
      const name = this.#name(at, 's ')
      this.#say(`create schema ${ident(name)}`)
      this.#comment(`schema ${ident(name)}`, spec.comment)
      this.#schemas.push(name)
    }
  }

  #writeTypes(): void {
    for (const { at, spec } of this.#present(this.#pair.enums)) {
      const name = ident(this.#name(at, 'e '))
      this.#say(`create type ${name} as enum (${spec.labels.map(literal).join(', ')})`)
      this.#comment(`type ${name}`, spec.comment)
      const value = `${literal(spec.labels[0] ?? 'a')}`
      this.#types.push(
        { sql: name, value, family: 'sortable', over: 'enum' },
        { sql: `${name}[]`, value: "'{}'", family: 'array' },
      )
    }
    const bases = [...this.#types]
    for (const { at, spec } of this.#present(this.#pair.domains)) {
      const name = ident(this.#name(at, 'd '))
      const base = chosen(bases, spec.base) ?? bases[0]
      if (base === undefined) continue
      const check = spec.check ? ` constraint ${ident(this.#part(at))} check (value is not null or true)` : ''
      this.#say(
        `create domain ${name} as ${base.sql}${spec.withDefault ? ` default ${base.value}` : ''}${spec.notNull ? ' not null' : ''}${check}`,
      )
      this.#comment(`domain ${name}`, spec.comment)
      this.#types.push({
        ...base,
        sql: name,
        family: base.family === 'integer' || base.family === 'text' ? 'sortable' : base.family,
        ...(base.over === 'enum' ? { over: 'domain over enum' as const } : {}),
      })
    }
    for (const { at, spec } of this.#present(this.#pair.composites)) {
      const name = ident(this.#name(at, 'c '))
      const fields = spec.fields.map(
        (pick, i) => `${ident(this.#part(i))} ${chosen(this.#types, pick)?.sql ?? 'text'}`,
      )
      this.#say(`create type ${name} as (${fields.join(', ')})`)
      this.#comment(`type ${name}`, spec.comment)
      this.#types.push({ sql: name, value: 'null', family: 'other' })
    }
  }

  #writeSequences(): void {
    for (const { at, spec } of this.#present(this.#pair.sequences)) {
      const name = ident(this.#name(at, 'q '))
      this.#say(
        `create sequence ${name} as ${spec.type} increment ${spec.increment} cache ${spec.cache}${spec.cycle ? ' cycle' : ''}`,
      )
      this.#comment(`sequence ${name}`, spec.comment)
      this.#sequences.push(name)
    }
  }

  #writeFunctions(): void {
    for (const { at, spec } of this.#present(this.#pair.functions)) {
      const name = ident(this.#name(at, 'f '))
      const result = `${spec.argument} + ${spec.added}`
      const options = `immutable${spec.strict ? ' strict' : ''}${spec.cost === null ? '' : ` cost ${spec.cost}`}`
      const body =
        spec.language === 'sql atomic'
          ? `language sql ${options} begin atomic select ${result}; end`
          : spec.language === 'sql'
            ? `language sql ${options} as $f$ select ${result} $f$`
            : `language plpgsql ${options} as $f$ begin\n  -- it's \\ a \`body\`\n  return ${result};\nend $f$`
      this.#say(`create function ${name}(${spec.argument} integer) returns integer ${body}`)
      this.#comment(`function ${name}(integer)`, spec.comment)
      this.#functions.push(name)
    }
    const trigger = `create function trigger_function() returns trigger language plpgsql as $f$ begin return new; end $f$`
    this.#say(trigger)
  }

  #call(argument: string): string | undefined {
    const name = this.#functions[0]
    return name === undefined ? undefined : `${name}(${argument})`
  }

  #writeTable(table: SchemaPair['tables'][number], at: number): void {
    const own = table.own[this.#side]
    if (own === null) return
    const schema = chosen(this.#schemas, own.schema) ?? 'public'
    const name = ident(schema, this.#name(at))
    const columns: NamedColumn[] = []
    const lines: string[] = []
    const after: string[] = []
    for (const { at: i, spec } of this.#present(table.columns)) {
      const column = this.#columnSql(spec, this.#part(i), columns)
      columns.push(column.named)
      lines.push(column.sql)
      if (spec.statistics && !column.named.generated)
        after.push(`alter table ${name} alter column ${ident(this.#part(i))} set statistics 50`)
      if (spec.comment !== null)
        after.push(`comment on column ${name}.${ident(this.#part(i))} is ${literal(spec.comment)}`)
    }
    const key = columns.filter((column) => isSortable(column) && !column.generated).slice(0, own.primaryKey)
    if (key.length > 0)
      lines.push(
        `constraint ${ident(this.#name(at, 'pk '))} primary key (${key.map(({ name }) => ident(name)).join(', ')})`,
      )
    const [only] = key
    if (only !== undefined && key.length === 1 && only.type.over !== 'domain over enum')
      this.#keys.push({ table: name, column: ident(only.name), type: only.type.sql, unlogged: own.unlogged })
    for (const { at: i, spec } of this.#present(table.checks)) {
      const column = chosen(columns, spec.column)
      if (column === undefined) continue
      const check = ident(this.#part(i + 4))
      after.push(
        `alter table ${name} add constraint ${check} check (${this.#checkOf(spec.form, column)})${spec.notValid ? ' not valid' : ''}`,
      )
      if (spec.comment !== null)
        after.push(`comment on constraint ${check} on ${name} is ${literal(spec.comment)}`)
    }
    this.#say(
      `create ${own.unlogged ? 'unlogged ' : ''}table ${name} (${lines.join(', ')})${own.fillfactor === null ? '' : ` with (fillfactor=${own.fillfactor})`}`,
    )
    for (const statement of after) this.#say(statement)
    this.#comment(`table ${name}`, own.comment)
    if (own.rowSecurity) this.#say(`alter table ${name} enable row level security`)
    this.#writeIndexes(table, at, schema, name, columns)
    this.#writeBehaviour(table, name, columns)
    this.#relations.push({ sql: name, columns })
  }

  #columnSql(
    spec: NonNullable<SchemaPair['tables'][number]['columns'][number]['before']>,
    name: string,
    before: readonly NamedColumn[],
  ): { readonly sql: string; readonly named: NamedColumn } {
    const type = chosen(this.#types, spec.type) ?? { sql: 'text', value: "''", family: 'text' as const }
    const words = [ident(name)]
    const number = before.find((column) => column.type.sql === 'integer' && !column.generated)
    if (spec.role === 'generated' && number !== undefined) {
      const expression = spec.default === 'function' ? this.#call(ident(number.name)) : undefined
      const stored = this.#serverVersion < 180000 || spec.notNull || expression !== undefined
      const sql = `${ident(name)} integer generated always as (${expression ?? `${ident(number.name)} * 2`}) ${stored ? 'stored' : 'virtual'}`
      return {
        sql,
        named: { name, type: { sql: 'integer', value: '1', family: 'integer' }, generated: true },
      }
    }
    words.push(type.sql)
    if (spec.collate && type.family === 'text') words.push('collate "C"')
    if (spec.role === 'identity' && type.family === 'integer')
      words.push(
        `generated ${spec.collate ? 'always' : 'by default'} as identity${spec.statistics ? ' (start 10 increment 5)' : ''}`,
      )
    else {
      const value = this.#defaultOf(spec.default, type)
      if (value !== undefined) words.push(`default ${value}`)
      if (spec.notNull) words.push('not null')
    }
    return { sql: words.join(' '), named: { name, type, generated: false } }
  }

  #defaultOf(form: string, type: Type): string | undefined {
    if (form === 'none') return undefined
    if (form === 'function' && type.family === 'integer') return this.#call('1') ?? type.value
    const sequence = this.#sequences[0]
    if (form === 'sequence' && type.family === 'integer' && sequence !== undefined)
      return `nextval(${literal(sequence)})`
    return type.value
  }

  #checkOf(form: string, column: NamedColumn): string {
    const name = ident(column.name)
    if (form === 'function' && column.type.sql === 'integer') return `${this.#call(name) ?? name} > 0`
    if (
      form === 'literal' &&
      isSortable(column) &&
      builtIn.includes(column.type) &&
      !/\(\)$|current|local/.test(column.type.value)
    )
      return `${name} <> ${column.type.value}`
    return `${name} is not null or true`
  }

  #writeIndexes(
    table: SchemaPair['tables'][number],
    place: number,
    schema: string,
    name: string,
    columns: readonly NamedColumn[],
  ): void {
    for (const { at, spec } of this.#present(table.indexes)) {
      const index = this.#name(place, `i${at} `)
      const made = this.#indexSql(spec, columns)
      if (made === undefined || (spec.form === 'unique' && made.startsWith('using'))) continue
      this.#say(`create ${spec.form === 'unique' ? 'unique ' : ''}index ${ident(index)} on ${name} ${made}`)
      this.#comment(`index ${ident(schema, index)}`, spec.comment)
    }
  }

  #indexSql(
    spec: NonNullable<SchemaPair['tables'][number]['indexes'][number]['before']>,
    columns: readonly NamedColumn[],
  ): string | undefined {
    const stored = this.#serverVersion >= 180000 ? columns.filter(({ generated }) => !generated) : columns
    const column = chosen(stored, spec.column)
    if (column === undefined) return undefined
    const name = ident(column.name)
    if (spec.form === 'expression')
      return column.type.family === 'text' ? `(lower(${name}))` : `((${name} is null))`
    if (spec.form === 'function' && column.type.sql === 'integer')
      return `(${this.#call(name) ?? `abs(${name})`})`
    const { family } = column.type
    if (family === 'json' || family === 'array') return `using gin (${name})`
    if (family === 'range') return spec.form === 'method' ? `using gist (${name})` : `(${name})`
    if (!isSortable(column)) return undefined
    if (spec.form === 'descending') return `(${name} desc nulls last)`
    if (spec.form === 'partial') return `(${name}) where ${name} is not null`
    if (spec.form === 'method') return `using hash (${name})`
    const other = chosen(stored, spec.other)
    if (spec.form === 'include' && other !== undefined) return `(${name}) include (${ident(other.name)})`
    return `(${name})`
  }

  /** Triggers, policies and statistics. */
  #writeBehaviour(table: SchemaPair['tables'][number], name: string, columns: readonly NamedColumn[]): void {
    for (const { at, spec } of this.#present(table.triggers)) {
      const trigger = ident(this.#part(at + 8))
      const column = chosen(
        columns.filter(({ generated }) => !generated),
        spec.column,
      )
      if (column === undefined) continue
      const moment = spec.form === 'constraint' ? 'after' : spec.moment
      const event = spec.form === 'of column' ? `update of ${ident(column.name)}` : 'insert or update'
      const when = spec.form === 'when' ? ` when (new.${ident(column.name)} is not null)` : ''
      const kind = spec.form === 'constraint' ? 'constraint trigger' : 'trigger'
      const each = spec.form === 'statement' ? 'statement' : 'row'
      this.#say(
        `create ${kind} ${trigger} ${moment} ${event} on ${name} for each ${each}${when} execute function trigger_function('an "argument"')`,
      )
      if (spec.enabled !== 'enable') this.#say(`alter table ${name} ${spec.enabled} trigger ${trigger}`)
      this.#comment(`trigger ${trigger} on ${name}`, spec.comment)
    }
    for (const { at, spec } of this.#present(table.policies)) {
      const policy = ident(this.#part(at + 9))
      const column = chosen(columns, spec.column)
      if (column === undefined) continue
      const call = spec.calls && column.type.sql === 'integer' ? this.#call(ident(column.name)) : undefined
      this.#say(
        `create policy ${policy} on ${name} for ${spec.command} using (${call === undefined ? `${ident(column.name)} is not null` : `${call} > 0`})`,
      )
      this.#comment(`policy ${policy} on ${name}`, spec.comment)
    }
    for (const { at, spec } of this.#present(table.statistics)) {
      const sortable = columns.filter((column) => isSortable(column) && !column.generated)
      const [first, second] = [chosen(sortable, spec.first), chosen(sortable, spec.second)]
      if (first === undefined || second === undefined || first === second) continue
      const statistics = ident(this.#name(at, `x${this.#relations.length} `))
      this.#say(`create statistics ${statistics} on ${ident(first.name)}, ${ident(second.name)} from ${name}`)
      this.#comment(`statistics ${statistics}`, spec.comment)
    }
  }

  #writePartitioned(table: SchemaPair['partitioned'][number], at: number): void {
    const own = table.own[this.#side]
    if (own === null) return
    const base = this.#name(at, 'p ')
    const name = ident(base)
    this.#say(
      `create table ${name} (id integer not null, region text not null default 'x'${own.primaryKey ? ', primary key (id, region)' : ''}) partition by ${own.key} (region)`,
    )
    this.#comment(`table ${name}`, own.comment)
    if (own.indexed) this.#say(`create index ${ident(this.#name(at, 'pi '))} on ${name} (id)`)
    for (const { at: i, spec } of this.#present(table.parts)) {
      const part = ident(this.#name(i, 'part '))
      const bounds = {
        list: `in ('v${i}', 'it''s ${i}')`,
        range: `from ('v${i}') to ('v${i + 1}')`,
        hash: `with (modulus 4, remainder ${i})`,
      }
      this.#say(
        `create table ${part} partition of ${name} for values ${bounds[own.key as keyof typeof bounds]}`,
      )
      this.#comment(`table ${part}`, spec.comment)
      if (spec.extraIndex) this.#say(`create index ${ident(this.#name(i, 'pe '))} on ${part} (region)`)
    }
    const columns = [
      { name: 'id', type: builtIn[0] as Type, generated: false },
      { name: 'region', type: builtIn[3] as Type, generated: false },
    ]
    this.#relations.push({ sql: name, columns })
  }

  #writeForeignKeys(): void {
    this.#pair.tables.forEach((table, at) => {
      const own = table.own[this.#side]
      if (own === null) return
      const name = ident(chosen(this.#schemas, own.schema) ?? 'public', this.#name(at))
      for (const { spec } of this.#present(table.foreignKeys)) {
        // A table that survives a crash may not refer to one that does not.
        const key = chosen(
          this.#keys.filter(({ unlogged }) => own.unlogged || !unlogged),
          spec.to,
        )
        if (key === undefined) continue
        this.#say(`alter table ${name} add column reference ${key.type}`)
        this.#say(
          `alter table ${name} add constraint "fk of it" foreign key (reference) references ${key.table} (${key.column}) on delete ${spec.onDelete}${spec.deferrable ? ' deferrable initially deferred' : ''}${spec.notValid ? ' not valid' : ''}`,
        )
      }
    })
  }

  #writeViews(): void {
    for (const { at, spec } of this.#present(this.#pair.views)) {
      const source = chosen(this.#relations, spec.from)
      if (source === undefined) continue
      const columns = [...new Set(spec.columns.map((pick) => chosen(source.columns, pick)))].filter(
        (column) => column !== undefined,
      )
      if (columns.length === 0) continue
      const name = ident(chosen(this.#schemas, spec.schema) ?? 'public', this.#name(at, 'v '))
      const kind = spec.materialized ? 'materialized view' : 'view'
      const options = spec.form === 'barrier' && !spec.materialized ? ' with (security_barrier=true)' : ''
      this.#say(`create ${kind} ${name}${options} as ${this.#queryOf(spec.form, source, columns)}`)
      this.#comment(`${kind} ${name}`, spec.comment)
      const key = columns.find(isSortable)
      if (spec.materialized && spec.indexed && key !== undefined)
        this.#say(`create index ${ident(this.#name(at, 'vi '))} on ${name} (${ident(key.name)})`)
      this.#relations.push({ sql: name, columns: columns.map((column) => ({ ...column, generated: false })) })
    }
  }

  #queryOf(form: string, source: Relation, columns: readonly NamedColumn[]): string {
    const list = columns.map(({ name }) => ident(name)).join(', ')
    const [first] = columns
    if (first === undefined) return `select from ${source.sql}`
    if (form === 'filtered') return `select ${list} from ${source.sql} where ${ident(first.name)} is not null`
    if (form === 'calls' && first.type.sql === 'integer')
      return `select ${list} from ${source.sql} where ${this.#call(ident(first.name)) ?? '1'} > 0`
    if (form === 'grouped' && columns.every(isSortable))
      return `select ${list}, count(*) as "how many" from ${source.sql} group by ${list}`
    return `select ${list} from ${source.sql}`
  }

  /** Functions that read relations: by a string, which PostgreSQL does not track, by their rows, and by a body that it tracks. */
  #writeReaders(): void {
    for (const { at, spec } of this.#present(this.#pair.readers)) {
      const source = chosen(this.#relations, spec.from)
      if (source === undefined) continue
      const name = ident(this.#name(at, 'r '))
      const forms = {
        rows: `returns setof ${source.sql} language sql stable as $r$ select * from ${source.sql} $r$`,
        count: `returns bigint language sql stable as $r$ select count(*) from ${source.sql} $r$`,
        atomic: `returns bigint language sql stable begin atomic select count(*) from ${source.sql}; end`,
      }
      this.#say(`create function ${name}() ${forms[spec.form as keyof typeof forms]}`)
      this.#comment(`function ${name}()`, spec.comment)
    }
  }
}

function isSortable({ type }: NamedColumn): boolean {
  return type.family === 'integer' || type.family === 'text' || type.family === 'sortable'
}

/** PostgreSQL's names have 63 bytes. */
function clipped(name: string): string {
  let result = ''
  for (const character of name) {
    if (Buffer.byteLength(result + character) > 63) break
    result += character
  }
  return result
}
