import { expect, test } from 'vitest'
import { redactSecrets } from '../../src/database/secrets.ts'

test.each([
  ['see postgres://me:hush@db/shop', 'see postgres://me:***@db/shop'],
  [`"postgres://me:hu'sh@db/shop"`, `"postgres://me:***@db/shop"`],
  ['postgresql://me@db/shop?password=hush&x=1', 'postgresql://me@db/shop?password=***&x=1'],
  ["create role a login password 'hush'", "create role a login password '***'"],
  ["alter role a PASSWORD 'hu sh'", "alter role a PASSWORD '***'"],
  ["alter role a password 'hu''sh' valid until 'x'", "alter role a password '***' valid until 'x'"],
  ["alter role a password E'hu\\'sh'", "alter role a password E'***'"],
  ["connection 'host=db password=hush dbname=x'", "connection 'host=db password=*** dbname=x'"],
  ["connection 'host=db password=hush'", "connection 'host=db password=***'"],
  ["connection 'host=db password=''hu sh'' dbname=x'", "connection 'host=db password=''***'' dbname=x'"],
  ['alter role a password $$hush$$', 'alter role a password $$***$$'],
  ['alter role a password $q$hu$$sh$q$ login', 'alter role a password $q$***$q$ login'],
  [
    "do 'begin execute ''alter role a password ''''hu''''''''sh'''' login'' end'",
    "do 'begin execute ''alter role a password ''''***'''' login'' end'",
  ],
  ["execute 'alter role a password ''hush'''; end", "execute 'alter role a password ''***'''; end"],
  ['options (user $$u$$, password $$hush$$)', 'options (user $$u$$, password $$***$$)'],
  [`options ("password" 'hush')`, `options ("password" '***')`],
  ["alter role a password /* of 'a' */ 'hush'", "alter role a password /* of 'a' */ '***'"],
  ["alter role a password -- new\n 'hush'", "alter role a password -- new\n '***'"],
  [
    "execute 'alter role a password ' || quote_literal('hush') || ' login'",
    "execute 'alter role a password ' || quote_literal('***') || ' login'",
  ],
  ["12 | sql('alter role a password \\'hush\\'')", "12 | sql('alter role a password \\'***\\'')"],
  [`12 | sql\`alter role a password \${sql.lit('hush')}\``, `12 | sql\`alter role a password \${***}\``],
  ['alter role a password \\$\\$hush\\$\\$`', 'alter role a password \\$\\$***\\$\\$`'],
  ["alter role a password 'hu", "alter role a password '***"],
  [`{"password":"hush"}`, `{"password":"***"}`],
  ["alter role a password '***", "alter role a password '***"],
  ["alter role a password ''; select 'x'", "alter role a password ''; select 'x'"],
  ['The server refuses the password of "a".', 'The server refuses the password of "a".'],
  ['alter role a password null', 'alter role a password null'],
  ['alter table a add password text', 'alter table a add password text'],
])('%s loses its password', (text, safe) => {
  expect(redactSecrets(text)).toBe(safe)
})
