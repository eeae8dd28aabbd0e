import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isSafe, unsafeVersions, type Floors, type Lock } from '../../scripts/check/min-versions.mjs'
import { checkout } from '../../scripts/setup/paths.mjs'

const read = (name: string): unknown => JSON.parse(readFileSync(join(checkout, name), 'utf8'))
const floors = read('min-versions.json') as Floors
const lock = read('package-lock.json') as Lock

describe('lowest safe versions', () => {
  it('hold for every copy of a package in the lock file', () => {
    expect(unsafeVersions(lock, floors)).toEqual([])
  })

  it('name the packages that this project really uses', () => {
    const known = Object.keys(lock.packages)
    expect(Object.keys(floors).filter((name) => !known.some((path) => path.endsWith(`node_modules/${name}`)))).toEqual([])
  })

  it.each(Object.keys(floors))('refuse an older %s, also one inside another package', (name) => {
    const old = { packages: { '': { version: '0.1.0' }, [`node_modules/some/node_modules/${name}`]: { version: '0.0.1' } } }
    expect(unsafeVersions(old, floors)).toEqual([expect.stringContaining(`${name} is 0.0.1`)])
  })

  it('know the safe versions of several release lines', () => {
    const safe = ['41.10.6', '42.9.2', '44.0.0']
    expect(['41.10.6', '41.11.0', '42.9.10', '44.0.0', '45.5.0'].filter((version) => !isSafe(version, safe))).toEqual([])
    expect(['40.99.99', '41.10.5', '42.9.1', '43.99.0', '44.0.0-beta.1'].filter((version) => isSafe(version, safe))).toEqual([])
  })

  it('every dependency is pinned to one version', () => {
    const manifest = read('package.json') as Record<'dependencies' | 'devDependencies' | 'optionalDependencies', Record<string, string>>
    const all = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies }
    expect(Object.entries(all).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([])
  })
})
