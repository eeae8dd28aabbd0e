import { mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { vi, type Mock } from 'vitest'
import type { FileFacts } from '../../src-engine/protocol'
import { openLicences } from '../../src-main/models/licences'
import { openModels, type Models, type ModelsWorld } from '../../src-main/models/models'

/** What the scripted engine says of every file. */
export const goodFacts: FileFacts = { architecture: 'llama', quantisation: 'Q4_1', parameters: 7, contextMax: 4096, shape: { layers: 1, kvHeads: 1, headSize: 16 }, kvBytesPerToken: 1_000 }

export interface ModelsBench {
  readonly models: Models
  readonly ownFolder: string
  readonly inspect: Mock<(path: string) => Promise<FileFacts>>
  readonly unload: Mock<(path: string) => void>
  readonly world: ModelsWorld
  /** What the library keeps. */
  readonly stored: Record<string, unknown>
  /** Events of downloads and changes, in order. */
  readonly heard: unknown[]
  /** Writes a file under the root: with these words, or empty of this length. */
  put(name: string, content: string | number): string
}

/** Models over real files in `root`, with an engine that finds every file good. */
export async function modelsBench(root: string, change: Partial<ModelsWorld> = {}): Promise<ModelsBench> {
  const inspect = vi.fn((_path: string) => Promise.resolve(goodFacts))
  const unload = vi.fn((_path: string): void => undefined)
  const stored: Record<string, unknown> = {}
  const heard: unknown[] = []
  const ownFolder = join(root, 'own')
  const library = {
    readSettings: () => Promise.resolve(stored),
    writeSettings: (values: Readonly<Record<string, unknown>>) => Promise.resolve(void Object.assign(stored, values)),
  }
  const world: ModelsWorld = {
    folders: [join(root, 'cache'), ownFolder],
    ownFolder,
    engine: { inspect, unload },
    licences: await openLicences({ library, folder: 'resources/licences', now: () => new Date(0) }),
    network: { proxyFor: () => Promise.resolve(null) },
    computer: { memoryBytes: () => 16e9, freeBytes: () => Promise.resolve(100e9) },
    mirror: () => '',
    env: { LONGLEAF_OFFLINE: '1' },
    onDownload: (name, download) => heard.push([name, download]),
    onCopy: (name, copy) => heard.push([name, copy]),
    onChange: () => heard.push('changed'),
    wait: () => Promise.resolve(),
    now: () => performance.now(),
    ...change,
  }
  return {
    models: await openModels(world),
    ownFolder, inspect, unload, world, stored, heard,
    put(name, content) {
      const path = join(root, name)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, typeof content === 'string' ? content : '')
      if (typeof content === 'number') truncateSync(path, content)
      return path
    },
  }
}
