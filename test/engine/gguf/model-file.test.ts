import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openEngine } from '../../../src-engine/engine'
import { openModelFile } from '../../../src-engine/gguf/model-file'
import { GgufError } from '../../../src-engine/gguf/reader'
import { openLlama } from '../../support/libllama'
import { mutate } from '../../support/mutate'
import { seededRandom } from '../../support/seeded-random'
import { partName, planSplit, writePart, type SplitPart } from '../../support/split-gguf'
import { writeTinyLlama } from '../../support/tiny-llama'

const model = writeTinyLlama()
const plan = planSplit(model, 'tiny', 5)
const [first, second, third] = plan as unknown as readonly [SplitPart, SplitPart, SplitPart]

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'longleaf-split-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Writes the parts; gives the path of the first. */
function write(...parts: readonly SplitPart[]): string {
  for (const part of parts) writeFileSync(join(folder, part.name), writePart(model, part))
  return join(folder, first.name)
}

const replaced = (part: SplitPart, key: string, value: SplitPart['metadata'][number][1] | null): SplitPart =>
  ({ ...part, metadata: [...part.metadata.filter(([name]) => name !== key), ...(value === null ? [] : [[key, value] as const])] as SplitPart['metadata'] })
const whole = (value: number): { readonly type: 'uint16'; readonly value: number } => ({ type: 'uint16', value })

function refuses(path: string, words: string): void {
  expect(() => openModelFile(path)).toThrow(GgufError)
  expect(() => openModelFile(path)).toThrow(words)
}

async function logits(path: string): Promise<Float32Array> {
  const engine = await openEngine({ path, threads: 1, weights: 'as-stored' })
  const session = engine.open({ contextMax: 16, kvType: 'f32', attention: 'plain' })
  await session.sync([1, 2, 3])
  const found = session.logits.slice()
  engine.close()
  return found
}

describe('a model in parts', () => {
  it('gives the numbers of the same model in one file, and libllama those of the parts', async () => {
    writeFileSync(join(folder, 'one.gguf'), model)
    const path = write(...plan)
    expect(plan).toHaveLength(3)
    expect(await logits(path)).toEqual(await logits(join(folder, 'one.gguf')))
    const llama = openLlama({ path, context: 64, chunk: 64, kvType: 'f32', flashAttention: false, threads: 1, weights: 'as-stored' })
    const theirs = llama.decode([1, 2, 3])
    const ours = await logits(path)
    theirs.forEach((value, id) => expect(Math.abs(value - (ours[id] ?? Number.NaN))).toBeLessThan(1e-4))
    llama.close()
  })

  it('has the size and all tensors of its parts, at places apart', () => {
    const opened = openModelFile(write(...plan))
    const alone = plan.map((part) => writePart(model, part).length)
    expect(opened.source.length).toBe(alone.reduce((a, b) => a + b, 0))
    const ordered = [...opened.file.tensors].sort((a, b) => a.offset - b.offset)
    expect(ordered.map(({ name }) => name)).toEqual(plan.flatMap(({ tensors }) => tensors))
    ordered.reduce((end, { offset, bytes }) => {
      expect(offset).toBeGreaterThanOrEqual(end)
      return offset + bytes
    }, 0)
    opened.close()
  })

  it('may keep all tensors out of its first part, and may have one part', () => {
    const described = { ...first, tensors: [] }
    const path = write(described, { ...second, tensors: [...first.tensors, ...second.tensors] }, third)
    expect(openModelFile(path).file.tensors).toHaveLength(12)
    const alone = planSplit(model, 'alone', 100)
    writeFileSync(join(folder, 'any name.gguf'), writePart(model, alone[0] as SplitPart))
    expect(openModelFile(join(folder, 'any name.gguf')).file.tensors).toHaveLength(12)
  })
})

describe('parts that make no whole', () => {
  it('are refused when opened by another than the first', () => {
    write(...plan)
    refuses(join(folder, second.name), `is part 2 of a model in 3 parts: open the first, ${first.name}`)
  })

  it('are refused when the first is not named as parts are, or as another model', () => {
    write(...plan)
    for (const name of ['model.gguf', 'tiny-00001-of-00004.gguf', 'tiny-00002-of-00003.gguf', 'tiny-1-of-3.gguf']) {
      writeFileSync(join(folder, name), writePart(model, first))
      refuses(join(folder, name), 'is the first part of a model in 3 parts, which are found by their names')
    }
  })

  it('are refused when one is missing', () => refuses(write(first, third), `lacks its part 2 of 3: ${second.name} is not in the same folder`))

  it('are refused in another order', () => {
    refuses(write(first, { ...third, name: second.name }, { ...second, name: third.name }), `has its parts in a wrong order: ${second.name} is part 3`)
  })

  it('are refused when one is of a model in another number of parts, or does not say it', () => {
    refuses(write(first, second, replaced(third, 'split.count', whole(4))), `has parts of different models: ${third.name} is of a model in 4 parts, not 3`)
    refuses(write(first, second, replaced(third, 'split.count', null)), 'split.count')
    refuses(write(first, second, replaced(third, 'split.no', null)), 'split.no')
    refuses(write(first, second, replaced(third, 'split.no', { type: 'string', value: '2' })), 'split.no is of type string')
  })

  it('are refused when one is of another model', () => {
    refuses(write(first, second, replaced(third, 'split.tensors.count', { type: 'int32', value: 99 })), `${third.name} says another split.tensors.count`)
    refuses(write(first, second, replaced(third, 'general.architecture', { type: 'string', value: 'qwen2' })), `${third.name} says another general.architecture`)
    refuses(write(first, second, { ...third, tensors: third.tensors.slice(1) }), 'they have 11 tensors, and the first says 12')
    refuses(write(replaced(first, 'split.tensors.count', null), second, third), 'split.tensors.count')
  })

  it('are refused when a tensor is in two of them', () => {
    const name = first.tensors[0] ?? ''
    refuses(write(first, second, { ...third, tensors: [...third.tensors.slice(1), name] }), `tensor ${name} is in two of its parts, ${first.name} and ${third.name}`)
  })

  it.each([
    ['nothing', new Uint8Array(0), 'is empty'],
    ['a web page', new TextEncoder().encode('<!DOCTYPE html>'), 'is not a GGUF model file'],
    ['a file cut off', writePart(model, second).slice(0, -40), 'is cut off or damaged'],
  ])('are refused when one is %s', (_, bytes, words) => {
    const path = write(first, second, third)
    writeFileSync(join(folder, second.name), bytes)
    refuses(path, `cannot be used: its part 2 of 3, ${second.name}, ${words}`)
  })

  it('are refused when one is a folder', () => {
    const path = write(first, third)
    mkdirSync(join(folder, second.name))
    refuses(path, `its part 2 of 3, ${second.name}, is a folder`)
  })

  it('are refused when there are more than any model has', () => refuses(write(replaced(first, 'split.count', whole(60_000)), second, third), 'split.count is 60000; 0 to 512 is possible'))

  it('are refused or read, and nothing else, with any of 200 mutations of a part', () => {
    const path = write(...plan)
    const good = writePart(model, second)
    const random = seededRandom(11)
    let refused = 0
    for (let i = 0; i < 200; i++) {
      writeFileSync(join(folder, partName('tiny', 2, 3)), mutate(good, random, 600))
      try {
        openModelFile(path).close()
      } catch (thrown) {
        if (!(thrown instanceof GgufError)) throw new Error(`mutation ${i}`, { cause: thrown })
        refused++
      }
    }
    expect(refused).toBeGreaterThan(50)
  })
})
