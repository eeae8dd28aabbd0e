import { expect, test } from 'vitest'
import { builtBinding } from '../../../src-main/library/binding'
import { sqliteBinding, cacheFolder } from '../../../scripts/setup/paths.mjs'

const version = '13.2.0'

test.each([
  ['linux', '/home/reader', {}, '/home/reader/.cache/longleaf/better-sqlite3/13.2.0-linux-x64/better_sqlite3.node'],
  ['linux', '/home/reader', { XDG_CACHE_HOME: '/cache' }, '/cache/longleaf/better-sqlite3/13.2.0-linux-x64/better_sqlite3.node'],
  ['linux', '/home/reader', { LONGLEAF_CACHE: '/mine' }, '/mine/better-sqlite3/13.2.0-linux-x64/better_sqlite3.node'],
  ['darwin', '/Users/reader', {}, '/Users/reader/Library/Caches/longleaf/better-sqlite3/13.2.0-darwin-x64/better_sqlite3.node'],
  ['win32', 'C:\\Users\\reader', { LOCALAPPDATA: 'D:\\Local' }, 'D:\\Local\\longleaf\\cache\\better-sqlite3\\13.2.0-win32-x64\\better_sqlite3.node'],
] as const)('on %s with home %s and %j the built file is %s', (platform, home, env, path) => {
  expect(builtBinding({ env, platform, arch: 'x64', home, version })).toBe(path)
})

test('it is the place where set-up leaves it', () => {
  const env = { XDG_CACHE_HOME: '/cache' }
  expect(builtBinding({ env, platform: 'linux', arch: 'arm64', home: '/home/reader', version }))
    .toBe(sqliteBinding(cacheFolder({ env, platform: 'linux', home: '/home/reader' }), { version, platform: 'linux', arch: 'arm64' }))
})
