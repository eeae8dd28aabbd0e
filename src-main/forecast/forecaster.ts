import type { DocumentId } from '../contract/document'
import type { Forecast } from '../contract/forecast'
import type { Settings } from '../contract/settings'
import type { EngineClient } from '../engine-host/client'
import { forecastReading } from './forecast'
import type { Speeds } from './speeds'

/** Texts whose tokens are counted in one request, so that the engine can answer others in between. */
const textsAtOnce = 64
/** Characters of a text whose tokens are counted together: some pages' worth is not worth a request of its own. */
const pieceCharacters = 2_000

export interface Forecaster {
  /** Loads the chosen model and measures it where that was not done yet. Rejects with `model-missing` and what else `load` rejects with. */
  forecast(document: DocumentId, signal?: AbortSignal): Promise<Forecast>
}

export interface ForecasterWorld {
  /** What the model would read, one text after the other: the document with all that stands round it. */
  readonly textsToRead: (document: DocumentId) => Promise<readonly string[]>
  readonly engine: Pick<EngineClient, 'load' | 'count'>
  readonly chosenModel: () => Promise<{ readonly path: string; readonly name: string }>
  readonly speeds: Speeds
  /** Memory of this computer, bytes. */
  readonly computerBytes: number
  readonly settings: () => Pick<Settings, 'halfReadings'>
}

/** Tokens of each text, as the loaded model counts them. */
export async function countTokens(engine: Pick<EngineClient, 'count'>, texts: readonly string[]): Promise<readonly number[]> {
  const counts: number[] = []
  for (let first = 0; first < texts.length; first += textsAtOnce) counts.push(...await engine.count(texts.slice(first, first + textsAtOnce)))
  return counts
}

/** A text cut where lines end: no token reaches over that. */
export function piecesOf(text: string): readonly string[] {
  const pieces: string[] = []
  for (let start = 0; start < text.length;) {
    const lineEnd = text.indexOf('\n', start + pieceCharacters)
    const end = lineEnd < 0 ? text.length : lineEnd + 1
    pieces.push(text.slice(start, end))
    start = end
  }
  return pieces
}

export function createForecaster({ textsToRead, engine, chosenModel, speeds, computerBytes, settings }: ForecasterWorld): Forecaster {
  return {
    async forecast(document, signal) {
      const { path, name } = await chosenModel()
      const facts = await engine.load(path)
      const counts = await countTokens(engine, (await textsToRead(document)).flatMap(piecesOf))
      const tokens = counts.reduce((sum, count) => sum + count, facts.markTokens)
      const speed = await speeds.of(facts, signal)
      return forecastReading({ model: name, tokens, contextMax: facts.contextMax, layers: facts.layers, speed, computerBytes, half: settings().halfReadings })
    },
  }
}
