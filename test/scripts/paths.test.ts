import { describe, expect, it } from 'vitest'
import { cacheFolder, electronProgram, ggmlPackage, sqliteBinding } from '../../scripts/setup/paths.mjs'

describe('where set-up keeps things', () => {
  it.each([
    ['linux', {}, '/home/ann', '/home/ann/.cache/longleaf'],
    ['linux', { XDG_CACHE_HOME: '/big/cache' }, '/home/ann', '/big/cache/longleaf'],
    ['linux', { XDG_CACHE_HOME: 'relative' }, '/home/ann', '/home/ann/.cache/longleaf'],
    ['linux', { XDG_CACHE_HOME: '/big/cache', LONGLEAF_CACHE: '/elsewhere' }, '/home/ann', '/elsewhere'],
    ['darwin', {}, '/Users/ann', '/Users/ann/Library/Caches/longleaf'],
    ['darwin', { XDG_CACHE_HOME: '/big/cache' }, '/Users/ann', '/Users/ann/Library/Caches/longleaf'],
    ['win32', { LOCALAPPDATA: 'C:\\Users\\ann\\AppData\\Local' }, 'C:\\Users\\ann', 'C:\\Users\\ann\\AppData\\Local\\longleaf\\cache'],
    ['win32', {}, 'C:\\Users\\ann', 'C:\\Users\\ann\\AppData\\Local\\longleaf\\cache'],
    ['win32', { LONGLEAF_CACHE: 'D:\\cache' }, 'C:\\Users\\ann', 'D:\\cache'],
  ] as const)('on %s with %o', (platform, env, home, folder) => {
    expect(cacheFolder({ env, platform, home })).toBe(folder)
  })

  it('keeps builds of SQLite apart by version and computer', () => {
    const paths = [
      sqliteBinding('/c', { version: '13.2.0', platform: 'linux', arch: 'x64' }),
      sqliteBinding('/c', { version: '13.2.1', platform: 'linux', arch: 'x64' }),
      sqliteBinding('/c', { version: '13.2.0', platform: 'linux', arch: 'arm64' }),
    ]
    expect(new Set(paths).size).toBe(3)
    expect(paths[0]?.replaceAll('\\', '/')).toBe('/c/better-sqlite3/13.2.0-linux-x64/better_sqlite3.node')
  })
})

describe('names per platform', () => {
  it.each([
    ['linux', 'electron'],
    ['win32', 'electron.exe'],
    ['darwin', 'Electron.app/Contents/MacOS/Electron'],
  ] as const)('the Electron program of %s is %s', (platform, name) => {
    expect(electronProgram(platform)).toBe(name)
  })

  it.each([
    ['linux', 'x64', '@node-llama-cpp/linux-x64'],
    ['linux', 'arm64', '@node-llama-cpp/linux-arm64'],
    ['darwin', 'arm64', '@node-llama-cpp/mac-arm64-metal'],
    ['darwin', 'x64', '@node-llama-cpp/mac-x64'],
    ['win32', 'x64', '@node-llama-cpp/win-x64'],
    ['win32', 'arm64', '@node-llama-cpp/win-arm64'],
    ['freebsd', 'x64', undefined],
  ])('the ggml libraries of %s %s come from %s', (platform, arch, name) => {
    expect(ggmlPackage(platform, arch)).toBe(name)
  })
})
