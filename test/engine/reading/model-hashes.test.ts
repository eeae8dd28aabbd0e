import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openModelFile } from '../../../src-engine/gguf/model-file'
import { ModelHashes, stampOf, type ModelHash } from '../../../src-engine/reading/model-hashes'
import { planSplit, writePart } from '../../support/split-gguf'
import { writeTinyLlama } from '../../support/tiny-llama'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'longleaf-hashes-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

it('a model is another one when any of its parts was written again', async () => {
  const model = writeTinyLlama()
  const parts = planSplit(model, 'tiny', 4)
  for (const part of parts) writeFileSync(join(folder, part.name), writePart(model, part))
  const opened = openModelFile(join(folder, parts[0]?.name ?? ''))
  expect(opened.paths).toEqual(parts.map(({ name }) => join(folder, name)))
  opened.close()
  const before = await stampOf(opened.paths)
  expect(await stampOf(opened.paths)).toBe(before)
  for (const path of opened.paths) {
    utimesSync(path, 1, 1)
    expect(await stampOf(opened.paths)).not.toBe(before)
  }
})

it('a hash is computed once, and anew for another stamp', async () => {
  const hashes = new ModelHashes(join(folder, 'models.json'))
  let computed = 0
  const compute = (): Promise<ModelHash> => Promise.resolve({ sha256: `hash ${++computed}`, bytes: 5 })
  const of = (stamp: string): Promise<ModelHash> => hashes.of({ name: 'Tiny', path: '/tiny.gguf', stamp }, compute)
  expect(await of('1')).toMatchObject({ sha256: 'hash 1', bytes: 5 })
  expect(await of('1')).toMatchObject({ sha256: 'hash 1' })
  expect(await of('2')).toMatchObject({ sha256: 'hash 2' })
  expect(await hashes.nameOf('hash 2')).toBe('Tiny')
  expect(await hashes.nameOf('hash 1')).toBeNull()
})

it('what cannot be read of it is computed again', async () => {
  for (const spoilt of ['', '{}', '[{"name":1}]', 'not json']) {
    writeFileSync(join(folder, 'models.json'), spoilt)
    const hash = { sha256: 'again', bytes: 1 }
    expect(await new ModelHashes(join(folder, 'models.json')).of({ name: 'Tiny', path: '/t', stamp: '1' }, () => Promise.resolve(hash))).toMatchObject(hash)
  }
})
