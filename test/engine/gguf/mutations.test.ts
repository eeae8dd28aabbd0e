import { expect, it } from 'vitest'
import { recogniseTemplate } from '../../../src-engine/chat/template'
import { GgufError, readGguf, type GgufFile } from '../../../src-engine/gguf/reader'
import { openFileSource } from '../../../src-engine/gguf/source'
import { createTokenizer } from '../../../src-engine/tokenizer/tokenizer'
import { memorySource } from '../../support/byte-source'
import { writeGguf } from '../../support/gguf-writer'
import { mutate } from '../../support/mutate'
import { seededRandom } from '../../support/seeded-random'
import { smallVocabulary } from '../../support/small-vocabulary'
import { starterModelPath } from '../../support/starter-model'

/** What is accepted has to be usable: tensors inside the file and apart, and tables that are either good or refused. A changed letter of a token is good. */
function use(file: GgufFile, length: number): void {
  const ordered = [...file.tensors].sort((a, b) => a.offset - b.offset)
  let end = file.dataOffset
  for (const { offset, bytes, dimensions, name } of ordered) {
    expect(offset, name).toBeGreaterThanOrEqual(end)
    expect(offset % file.alignment, name).toBe(0)
    expect(dimensions.every((size) => Number.isSafeInteger(size) && size > 0), name).toBe(true)
    end = offset + bytes
  }
  expect(end).toBeLessThanOrEqual(length)
  recogniseTemplate(file)
  const tokenizer = createTokenizer(file)
  const ids = tokenizer.encode('hello wörld 123')
  expect(ids.every((id) => id >= 0 && id < tokenizer.size)).toBe(true)
  expect(tokenizer.decode(ids)).not.toContain('undefined')
}

function tryMutations(original: Uint8Array, lengthOf: (bytes: Uint8Array) => number, count: number, seed: number): { accepted: number; refused: number } {
  const random = seededRandom(seed)
  let accepted = 0
  for (let i = 0; i < count; i++) {
    const bytes = mutate(original, random)
    const begun = process.cpuUsage()
    try {
      use(readGguf(memorySource(bytes, lengthOf(bytes))), lengthOf(bytes))
      accepted++
    } catch (thrown) {
      if (!(thrown instanceof GgufError)) throw new Error(`seed ${seed}, mutation ${i}`, { cause: thrown })
    }
    // Processor time, which others on the computer do not take.
    expect(process.cpuUsage(begun).user / 1000).toBeLessThan(2000)
  }
  return { accepted, refused: count - accepted }
}

it('refuses or reads 800 mutations of a small file, and never fails in another way', () => {
  const small = writeGguf({
    metadata: smallVocabulary('smollm'),
    tensors: Array.from({ length: 8 }, (_, i) => ({ name: `blk.${i}.weight`, type: 2, dimensions: [64, 4], offset: i * 160 })),
    data: new Uint8Array(8 * 160),
  })
  const { accepted, refused } = tryMutations(small, (bytes) => bytes.length, 800, 1)
  expect(accepted).toBeGreaterThan(20)
  expect(refused).toBeGreaterThan(200)
})

it('refuses or reads 200 mutations of the header of the starter model, and never fails in another way', () => {
  const source = openFileSource(starterModelPath())
  const header = source.read(0, readGguf(source).dataOffset)
  const dataBytes = source.length - header.length
  source.close()
  const { accepted, refused } = tryMutations(header, (bytes) => bytes.length + dataBytes, 200, 2)
  expect(accepted).toBeGreaterThan(5)
  expect(refused).toBeGreaterThan(50)
})
