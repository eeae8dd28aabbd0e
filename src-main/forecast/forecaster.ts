import type { DocumentId } from '../contract/document'
import type { Forecast } from '../contract/forecast'
import type { UnitText } from '../contract/library'
import type { Settings } from '../contract/settings'
import type { EngineClient } from '../engine-host/client'
import type { Library } from '../library/library'
import { forecastReading } from './forecast'
import type { Speeds } from './speeds'

/** Units whose tokens are counted in one request, so that the engine can answer others in between. */
const unitsAtOnce = 64

export interface Forecaster {
  /** Loads the chosen model and measures it where that was not done yet. Rejects with `model-missing` and what else `load` rejects with. */
  forecast(document: DocumentId, signal?: AbortSignal): Promise<Forecast>
}

export interface ForecasterWorld {
  readonly library: Pick<Library, 'text'>
  readonly engine: Pick<EngineClient, 'load' | 'count'>
  readonly chosenModel: () => Promise<{ readonly path: string; readonly name: string }>
  readonly speeds: Speeds
  /** Memory of this computer, bytes. */
  readonly computerBytes: number
  readonly settings: () => Pick<Settings, 'halfReadings'>
}

/** Tokens of each unit, as the loaded model counts them. */
export async function countTokens(engine: Pick<EngineClient, 'count'>, units: readonly Pick<UnitText, 'text'>[]): Promise<readonly number[]> {
  const texts = units.map(({ text }) => text)
  const counts: number[] = []
  for (let first = 0; first < texts.length; first += unitsAtOnce) counts.push(...await engine.count(texts.slice(first, first + unitsAtOnce)))
  return counts
}

export function createForecaster({ library, engine, chosenModel, speeds, computerBytes, settings }: ForecasterWorld): Forecaster {
  return {
    async forecast(document, signal) {
      const { path, name } = await chosenModel()
      const facts = await engine.load(path)
      const tokens = (await countTokens(engine, await library.text(document))).reduce((sum, count) => sum + count, 0)
      const speed = await speeds.of(facts, signal)
      return forecastReading({ model: name, tokens, contextMax: facts.contextMax, layers: facts.layers, speed, computerBytes, half: settings().halfReadings })
    },
  }
}
