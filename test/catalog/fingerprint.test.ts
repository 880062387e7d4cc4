/** What a fingerprint stands for: all that a reading of the catalog depends on. */
import { expect, test } from 'vitest'
import { fingerprintedCatalogs, fingerprintedSettings } from '../../src/catalog/fingerprint.ts'
import { catalogQueries } from '../../src/catalog/read.ts'

/** Views and functions over what is asked for in other ways: roles by name, an extension's files by its own query. */
const otherwise = ['pg_roles', 'pg_available_extensions', 'pg_extension_update_paths']

test.each([140000, 150000, 160000, 170000, 180000])(
  'it covers every catalog that is read on %d',
  (version) => {
    const read = catalogQueries(version).flatMap((query) =>
      [...query.matchAll(/\b(?:from|join)\s+(?:only\s+)?(?:pg_catalog\.)?(pg_\w+)/g)].map(
        (match) => match[1] ?? '',
      ),
    )
    expect(read.length).toBeGreaterThan(100)
    const known = new Set([...fingerprintedCatalogs, ...otherwise])
    expect(read.filter((name) => !known.has(name))).toEqual([])
  },
)

test('it covers every setting that is read', () => {
  const read = catalogQueries(180000).flatMap((query) =>
    [...query.matchAll(/current_setting\('(\w+)'/g)].map((match) => match[1] ?? ''),
  )
  // The version is a part by itself.
  const known = new Set([...fingerprintedSettings, 'server_version_num'])
  expect(read).toContain('default_table_access_method')
  expect(read.filter((name) => !known.has(name))).toEqual([])
})
