import { expect, it } from 'vitest'
import type { ReadEnd } from '../../../src-engine/protocol'
import type { TextToRead } from '../../../src-main/engine-host/client'
import { readTask, type ReaderWorld, type ReadingTask } from '../../../src-main/reading/reader'

const end: ReadEnd = {
  reading: 'a.reading', tokens: { read: 900, total: 900, reused: 0, prefilled: 900 }, textRead: 9, bytes: 9, setAside: null, weights: 'resident', milliseconds: 9,
}
const facts = { name: 'm', architecture: 'llama', parameters: 1, bytes: 1, contextMax: 9, markTokens: 9, vocabulary: 1, threads: 1, layers: 1, devices: [] }

const texts: TextToRead[] = []
const worldWith = (selectedTokens: number | null): ReaderWorld => ({
  library: { sentences: () => Promise.resolve([]) },
  engine: {
    load: () => Promise.resolve(facts),
    read(text, { onBegun, onProgress }) {
      texts.push(text)
      onProgress(0, 1, null)
      onBegun({ reading: 'a.reading', tokensTotal: 900, chunkTokens: 512, textAt: [5, 9] })
      onProgress(0, 1, null)
      onProgress(512, 900, 3_000)
      return Promise.resolve(end)
    },
  },
  folder: '/readings', room: () => ({ quotaBytes: 1, keepFreeBytes: 1 }), form: () => 'f16', selectedTokens: () => selectedTokens, superChunkTokens: 512,
})
const task: ReadingTask = { document: 'a', model: '/m', scope: { kind: 'whole' }, unitsTotal: 3 }

// The engine says that it is alive before it has counted anything.
it('what is told of a reading is always out of all of its tokens', async () => {
  const told: (readonly number[])[] = []
  const hooks = { signal: new AbortController().signal, onBegun: () => undefined, onProgress: (tokens: number, total: number) => told.push([tokens, total]) }
  expect(await readTask(worldWith(null), task, hooks)).toBe(end)
  expect(told).toEqual([[512, 900]])
})

it('the engine hears for which answers it reads', async () => {
  const hooks = { signal: new AbortController().signal, onBegun: () => undefined, onProgress: () => undefined }
  texts.length = 0
  await readTask(worldWith(null), task, hooks)
  await readTask(worldWith(8_192), task, hooks)
  expect(texts.map((text) => text.selectedTokens)).toEqual([undefined, 8_192])
})
