import { describe, expect, it } from 'vitest'
import { packageName } from '../../../../src-engine/ggml/libraries/installed'

describe('the package with the libraries', () => {
  it.each([
    ['linux', 'x64', 'linux-x64'], ['linux', 'arm64', 'linux-arm64'], ['darwin', 'arm64', 'mac-arm64-metal'], ['darwin', 'x64', 'mac-x64'], ['win32', 'x64', 'win-x64'],
  ] as const)('for %s on %s is %s', (platform, architecture, name) => {
    expect(packageName(platform, architecture)).toBe(name)
  })
})
