/** What a table may be said to be, and every way from one to the other. */
import { describe } from 'vitest'
import { testStates } from '../support/states.ts'

describe('persistence and storage parameters', () => {
  testStates({
    plain: 'create table t (id int primary key, v text)',
    unlogged: 'create unlogged table t (id int primary key, v text)',
    'with a fill factor': 'create table t (id int primary key, v text) with (fillfactor = 70)',
    'with parameters of its own and of its toast table':
      'create table t (id int primary key, v text) with (fillfactor = 80, autovacuum_enabled = false, toast.autovacuum_enabled = false, toast.vacuum_truncate = false)',
    'with another parameter of its toast table':
      'create table t (id int primary key, v text) with (toast.autovacuum_enabled = true)',
    'unlogged with parameters':
      'create unlogged table t (id int primary key, v text) with (parallel_workers = 2)',
  })
})

describe('replica identity', () => {
  const table = 'create table t (id int not null, v text not null, constraint t_k primary key (id));'
  testStates({
    default: table,
    full: `${table} alter table t replica identity full`,
    nothing: `${table} alter table t replica identity nothing`,
    'an index': `${table} create unique index t_v on t (v); alter table t replica identity using index t_v`,
    'another index': `${table} create unique index t_w on t (v, id); alter table t replica identity using index t_w`,
    'the index of its key': `${table} alter table t replica identity using index t_k`,
    'the index of a key that differs': `create table t (id int not null, v text not null, constraint t_k primary key (id, v)); alter table t replica identity using index t_k`,
  })
})

describe('row level security', () => {
  const table = 'create table t (id int);'
  testStates({
    none: table,
    enabled: `${table} alter table t enable row level security`,
    forced: `${table} alter table t force row level security`,
    'enabled and forced': `${table} alter table t enable row level security, force row level security`,
  })
})

describe('access method', () => {
  testStates(
    {
      'of the server': 'create table t (id int)',
      another: 'create table t (id int) using other_heap',
      'of a partitioned table': {
        since: 170000,
        sql: 'create table t (id int) partition by list (id) using other_heap',
      },
      'none of a partitioned table': 'create table t (id int) partition by list (id)',
    },
    { around: 'create access method other_heap type table handler heap_tableam_handler' },
  )
})

describe('row type', () => {
  testStates(
    {
      none: 'create table t (a int, b text)',
      'a type': 'create table t of r',
      'a type, with a default, a check and a key':
        'create table t of r (primary key (a), b with options default $$x$$ check (b <> $$$$))',
      'another type': 'create table t of s',
    },
    { around: 'create type r as (a int, b text); create type s as (a int, b text)' },
  )
})

describe('no columns', () => {
  testStates({
    none: 'create table t ()',
    one: 'create table t (a int)',
    'none, in a schema with a dot in its name': 'create schema "a.b"; create table "a.b".t ()',
  })
})

describe('a TOAST table that comes and goes', () => {
  const parameters = 'toast.autovacuum_enabled = off, fillfactor = 50'
  testStates({
    'for want of anything to store': 'create table t (a int)',
    'with a column': `create table t (a int, b text) with (${parameters})`,
    'with how a column is stored':
      'create table t (a int, b varchar(5)); alter table t alter b set storage plain',
    'with all columns': `create table t (b text) with (${parameters})`,
  })
})
