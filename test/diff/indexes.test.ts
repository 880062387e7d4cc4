/** What an index may be said to be, and every way from one to the other. */
import { describe } from 'vitest'
import { testStates } from '../support/states.ts'

describe('indexes', () => {
  const table = 'create table t (a int not null, b text, c int[], d text collate "C", e int4range);'
  testStates({
    none: table,
    plain: `${table} create index i on t (a)`,
    unique: `${table} create unique index i on t (a)`,
    'nulls not distinct': {
      since: 150000,
      sql: `${table} create unique index i on t (b) nulls not distinct`,
    },
    descending: `${table} create index i on t (a desc, b)`,
    'nulls first': `${table} create index i on t (a nulls first, b desc nulls last)`,
    'of an expression': `${table} create index i on t (lower(b), (a + 1) desc)`,
    'with a statistics target': `${table} create index i on t (lower(b), (a + 1) desc); alter index i alter column 2 set statistics 300`,
    'with another statistics target': `${table} create index i on t (lower(b), (a + 1) desc); alter index i alter column 1 set statistics 0; alter index i alter column 2 set statistics 200`,
    partial: `${table} create index i on t (a) where b is not null and (a > 1 or a < 0)`,
    covering: `${table} create index i on t (a) include (b, c)`,
    'with storage parameters': `${table} create index i on t (a) with (fillfactor = 70, deduplicate_items = off)`,
    'with another storage parameter': `${table} create index i on t (a) with (fillfactor = 80)`,
    'of a method': `${table} create index i on t using hash (a)`,
    gin: `${table} create index i on t using gin (c) with (fastupdate = off)`,
    gist: `${table} create index i on t using gist (e)`,
    'gist with options of its operator class': `${table} create index i on t using gist (to_tsvector('english', b) tsvector_ops (siglen = 100))`,
    brin: `${table} create index i on t using brin (a int4_minmax_multi_ops (values_per_range = 16)) with (pages_per_range = 4, autosummarize = on)`,
    'with an operator class': `${table} create index i on t (b text_pattern_ops)`,
    'with a collation': `${table} create index i on t (b collate "C", d collate "default")`,
    clustered: `${table} create index i on t (a); alter table t cluster on i`,
    'clustered, another': `${table} create index i on t (a); create index j on t (b); alter table t cluster on j`,
    commented: `${table} create index i on t (a); comment on index i is 'x'`,
    'with a dot in its name': `${table} create index "i.i" on t (a)`,
  })
})

describe('indexes of a materialized view', () => {
  const view = 'create table t (a int, b text); create materialized view m as select a, b from t;'
  testStates({
    none: view,
    unique: `${view} create unique index i on m (a)`,
    'partial, of an expression': `${view} create index i on m (lower(b)) where a > 1`,
    'with a statistics target': `${view} create index i on m (lower(b)) where a > 1; alter index i alter column 1 set statistics 7`,
    clustered: `${view} create unique index i on m (a); cluster m using i`,
  })
})

describe('indexes of a partitioned table', () => {
  const table =
    'create table t (a int not null, b text) partition by list (a); create table t1 partition of t for values in (1); create table t2 partition of t default;'
  testStates({
    none: table,
    plain: `${table} create index i on t (a)`,
    'of an expression': `${table} create index i on t (lower(b))`,
    unique: `${table} create unique index i on t (a)`,
    'with storage parameters': `${table} create index i on t (a) with (fillfactor = 70)`,
    'with a statistics target': `${table} create index i on t (lower(b)); alter index i alter column 1 set statistics 7`,
    'with a statistics target of its own on a partition': `${table} create index i on t (lower(b)); alter index i alter column 1 set statistics 7; alter index t1_lower_idx alter column 1 set statistics 9; alter index t2_lower_idx alter column 1 set statistics -1`,
    'with a statistics target on a partition alone': `${table} create index i on t (lower(b)); alter index t1_lower_idx alter column 1 set statistics 9`,
    commented: `${table} create index i on t (a); comment on index i is 'x'; comment on index t1_a_idx is 'y'`,
    'a key': `${table} alter table t add constraint i primary key (a)`,
    'unique, nulls not distinct': {
      since: 150000,
      sql: `${table} create unique index i on t (a, b) nulls not distinct`,
    },
  })
})

describe('indexes of a partitioned table whose default partition was made first', () => {
  const table =
    'create table t (b text) partition by list (b); create table t2 partition of t default; create table t1 partition of t for values in (1);'
  const index = `${table} create index i on t (lower(b)); alter index i alter column 1 set statistics 7`
  testStates({
    none: table,
    'with a statistics target': index,
    'with none on the partition': `${index}; alter index t2_lower_idx alter column 1 set statistics -1`,
    'with another on one partition and none on the other': `${index}; alter index t1_lower_idx alter column 1 set statistics 9; alter index t2_lower_idx alter column 1 set statistics -1`,
  })
})

describe('clustered on', () => {
  const table = 'create table t (k int, b int, constraint k unique (k));'
  const indexes = 'create index i on t (b); create index z on t (k, b);'
  testStates({
    nothing: `${table} ${indexes}`,
    'an index': `${table} ${indexes} alter table t cluster on i`,
    'another index': `${table} ${indexes} alter table t cluster on z`,
    'a key': `${table} ${indexes} alter table t cluster on k`,
    'an index that is the only one': `${table} create index n on t (b); alter table t cluster on n`,
  })
})

describe('a materialized view clustered on', () => {
  const view =
    'create table t (a int, b int); create materialized view m as select a, b from t; create index i on m (a); create index j on m (b);'
  testStates({
    nothing: view,
    'an index': `${view} alter materialized view m cluster on i`,
    'another index': `${view} alter materialized view m cluster on j`,
  })
})
