import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { chooseDataFolder } from '../../src-main/data-folder'

const choose = (choice: Partial<Parameters<typeof chooseDataFolder>[0]>) => chooseDataFolder({ named: null, args: [], env: {}, appData: '/home/reader/.config', ...choice })

describe('the data folder', () => {
  it('is the platform’s own where nothing names another', () => {
    expect(choose({})).toBe(resolve('/home/reader/.config/Longleaf'))
    expect(choose({ env: { LONGLEAF_DATA: '' } })).toBe(resolve('/home/reader/.config/Longleaf'))
  })

  it('is named by the environment, before that by an option, before that by a command', () => {
    expect(choose({ env: { LONGLEAF_DATA: '/a' } })).toBe(resolve('/a'))
    expect(choose({ env: { LONGLEAF_DATA: '/a' }, args: ['electron', '.', '--data', '/b'] })).toBe(resolve('/b'))
    expect(choose({ env: { LONGLEAF_DATA: '/a' }, args: ['electron', '.', '--data=/b'] })).toBe(resolve('/b'))
    expect(choose({ args: ['electron', '.', '--data', '/b'], named: '/c' })).toBe(resolve('/c'))
  })

  it('is absolute however it is named', () => {
    expect(choose({ named: 'here' })).toBe(resolve('here'))
  })
})
