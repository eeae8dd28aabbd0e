import { sentencesOf, textsOfUnits } from '../ask/whole'
import type { DocumentId } from '../contract/document'
import type { ReadingChoices } from '../contract/reading'
import type { ModelSummary } from '../contract/model'
import type { EngineClient } from '../engine-host/client'
import type { Settings } from '../contract/settings'
import { costOf, readableTokens } from '../forecast/forecast'
import { countTokens } from '../forecast/forecaster'
import type { Speeds } from '../forecast/speeds'
import type { Library } from '../library/library'
import { chaptersOf } from './chapters'

export interface ReadingChooser {
  /** Loads the chosen model, and measures it where that was not done yet. Rejects with what these reject with. */
  choices(document: DocumentId): Promise<ReadingChoices>
}

export interface ChooserWorld {
  readonly library: Pick<Library, 'detail' | 'text' | 'sentences'>
  readonly engine: Pick<EngineClient, 'load' | 'count'>
  readonly chosenModel: () => Promise<{ readonly path: string }>
  readonly speeds: Speeds
  readonly settings: () => Pick<Settings, 'halfReadings'>
  readonly models: () => Promise<readonly ModelSummary[]>
}

export function createReadingChooser({ library, engine, chosenModel, speeds, settings, models }: ChooserWorld): ReadingChooser {
  return {
    async choices(document) {
      const { outline } = await library.detail(document)
      const facts = await engine.load((await chosenModel()).path)
      const units = await library.text(document)
      const sentences = await sentencesOf(library, document, { kind: 'whole' })
      const counts = await countTokens(engine, textsOfUnits(sentences, units.length))
      const tokens = counts.reduce((sum, count) => sum + count, 0)
      const chapters = chaptersOf(outline, { units, tokens: counts })
      return {
        tokens, tokensMax: readableTokens(facts.contextMax), chapters, unitTokens: counts, cost: costOf(await speeds.of(facts), settings().halfReadings),
        largerModel: largerModel(await models(), tokens),
      }
    },
  }
}

/** One that is there already before one that has to be fetched; then the one with the smallest window that is large enough. */
function largerModel(models: readonly ModelSummary[], tokens: number): ReadingChoices['largerModel'] {
  const fitting = models.filter(({ context, advice }) => readableTokens(context) >= tokens && advice.kind === 'fits')
  const [best] = fitting.sort((a, b) => Number(b.installed) - Number(a.installed) || a.context - b.context)
  return best === undefined ? null : { name: best.name, title: best.title, context: best.context, installed: best.installed }
}
