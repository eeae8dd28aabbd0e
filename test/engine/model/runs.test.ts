import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openEngine } from '../../../src-engine/engine'
import { writeSmallModel } from '../../support/small-model'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'longleaf-runs-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** F16 lies in plain memory or, where the processor has AMX, in an order of its own. */
it.each(['F16', 'BF16'])('%s: a run of 2 to 16 tokens has the bits of single steps, after a prompt of as many', async (type) => {
  const path = join(folder, `${type}.gguf`)
  writeFileSync(path, writeSmallModel({ architecture: 'chatglm', type }))
  const engine = await openEngine({ path, device: 'cpu' })
  try {
    const tokens = Array.from({ length: 16 }, (_, i) => (i * 37 + 3) % 280)
    const session = engine.open({ contextMax: 64 })
    for (const length of [2, 3, 8, 9, 15, 16]) {
      await session.sync(tokens.slice(0, length))
      const together = (await session.steps(tokens.slice(0, length))).map((logits) => logits.slice())
      await session.sync(tokens.slice(0, length))
      for (const [i, token] of tokens.slice(0, length).entries()) {
        const alone = await session.step(token)
        expect(Buffer.compare(Buffer.from(alone.buffer, alone.byteOffset, alone.byteLength), Buffer.from(together[i]?.buffer ?? new ArrayBuffer(0)))).toBe(0)
      }
    }
  } finally {
    engine.close()
  }
})
