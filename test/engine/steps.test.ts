import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openEngine, type Engine } from '../../src-engine/engine'
import { seededRandom } from '../support/seeded-random'
import { starterModelPath } from '../support/starter-model'

/** Past the first growth of the cache, and near the border of a window. */
const depth = 315

describe('steps of the starter model, taken together', () => {
  let engine: Engine
  beforeAll(async () => {
    engine = await openEngine({ path: starterModelPath() })
  })
  afterAll(() => engine.close())

  it('give the bits of single steps, whatever their number', async () => {
    const random = seededRandom(5)
    const tokens = Array.from({ length: depth + 17 }, () => Math.floor(random() * engine.shape.vocabulary))
    const session = engine.open({ contextMax: 512 })
    await session.sync(tokens.slice(0, depth))
    const single: Float32Array[] = []
    for (const token of tokens.slice(depth)) single.push((await session.step(token)).slice())
    for (const count of [2, 3, 4, 5, 7, 8, 16]) {
      session.rewind(depth)
      const together = await session.steps(tokens.slice(depth, depth + count))
      together.forEach((logits, i) => expect(same(logits, single[i]), `row ${i} of ${count}`).toBe(true))
      // What they left in the cache is that of single steps too.
      expect(same(await session.step(tokens[depth + count] ?? 0), single[count]), `after ${count}`).toBe(true)
    }
    session.close()
  })
})

const same = (a: Float32Array, b: Float32Array | undefined): boolean => b?.every((value, i) => value === a[i]) ?? false
