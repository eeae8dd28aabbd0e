import { z } from 'zod'
import type { ModelFacts, ReadingSpeed } from '../../src-engine/protocol'
import type { EngineClient } from '../engine-host/client'
import type { Library } from '../library/library'

/** Where the measured speeds lie among what the library keeps for the app. */
const key = 'reading-speeds'

const positive = z.number().nonnegative()
const speed = z.strictObject({
  chunkTokens: z.number().int().positive(), chunkMilliseconds: positive, depthMilliseconds: positive, kvBytesPerToken: positive, memoryBytes: positive,
})
const kept = z.record(z.string(), z.strictObject({ computer: z.string(), speed }))
type Kept = z.infer<typeof kept>

/** How fast models read here: measured at the first use of a model and again when the computer has changed. */
export interface Speeds {
  /** Of the model that is loaded; measuring takes some seconds. */
  of(facts: ModelFacts, signal?: AbortSignal): Promise<ReadingSpeed>
}

export interface SpeedsWorld {
  readonly library: Pick<Library, 'readSettings' | 'writeSettings'>
  readonly engine: Pick<EngineClient, 'measure'>
  /** What the speed depends on besides the model: a change of it asks for a new measurement. */
  readonly computer: () => string
}

export function openSpeeds({ library, engine, computer }: SpeedsWorld): Speeds {
  const read = async (): Promise<Kept> => kept.safeParse((await library.readSettings())[key]).data ?? {}
  return {
    async of(facts, signal) {
      const model = [facts.name, facts.architecture, facts.bytes, ...facts.devices.map(({ title, layers }) => `${layers} layers on ${title}`)].join(' ')
      const known = (await read())[model]
      if (known?.computer === computer()) return known.speed
      const measured = await engine.measure(signal)
      await library.writeSettings({ [key]: { ...await read(), [model]: { computer: computer(), speed: measured } } })
      return measured
    },
  }
}
