import { z } from 'zod'
import type { ModelFacts, ReadingSpeed } from '../../src-engine/protocol'
import type { EngineClient } from '../engine-host/client'
import { openMeasured, type MeasuredWorld } from './measured'

const positive = z.number().nonnegative()
const speed = z.strictObject({
  chunkTokens: z.number().int().positive(), chunkMilliseconds: positive, depthMilliseconds: positive, kvBytesPerToken: positive, memoryBytes: positive,
})

/** How fast models read here: measured at the first use of a model and again when the computer has changed. */
export interface Speeds {
  /** Of the model that is loaded; measuring takes some seconds. */
  of(facts: ModelFacts, signal?: AbortSignal): Promise<ReadingSpeed>
}

export interface SpeedsWorld extends MeasuredWorld {
  readonly engine: Pick<EngineClient, 'measure'>
}

export function openSpeeds(world: SpeedsWorld): Speeds {
  const kept = openMeasured('measured-speeds', speed, world)
  return {
    async of(facts, signal) {
      const model = [facts.name, facts.architecture, facts.bytes, ...facts.devices.map(({ title, layers }) => `${layers} layers on ${title}`)].join(' ')
      const known = await kept.get(model)
      if (known !== null) return known
      const measured = await world.engine.measure(signal)
      await kept.put(model, measured)
      return measured
    },
  }
}
