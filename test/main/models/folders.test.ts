import { describe, expect, it } from 'vitest'
import { modelFolders } from '../../../src-main/models/folders'

describe('the folders of models', () => {
  it.each([
    ['linux', '/home/r', {}, ['/home/r/.cache/longleaf/models', '/own']],
    ['linux', '/home/r', { XDG_CACHE_HOME: '/x' }, ['/x/longleaf/models', '/own']],
    ['linux', '/home/r', { XDG_CACHE_HOME: 'relative' }, ['/home/r/.cache/longleaf/models', '/own']],
    ['linux', '/home/r', { LONGLEAF_CACHE: '/c', LONGLEAF_MODELS: '/m' }, ['/m', '/c/models', '/own']],
    ['darwin', '/Users/r', {}, ['/Users/r/Library/Caches/longleaf/models', '/own']],
    ['win32', 'C:\\Users\\r', { LOCALAPPDATA: 'D:\\Local' }, ['D:\\Local\\longleaf\\cache\\models', '/own']],
    ['win32', 'C:\\Users\\r', {}, ['C:\\Users\\r\\AppData\\Local\\longleaf\\cache\\models', '/own']],
  ] as const)('on %s in %s with %j', (platform, home, env, folders) => {
    expect(modelFolders({ platform, home, env }, '/own')).toEqual(folders)
  })
})
