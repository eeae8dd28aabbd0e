import type { DocumentId, OutlineEntry } from '../contract/document'
import type { Chapter, ReadingChoices, UnitRange } from '../contract/reading'
import type { ModelSummary } from '../contract/model'
import type { EngineClient } from '../engine-host/client'
import { countUnitTokens } from '../forecast/forecaster'
import type { Library } from '../library/library'

/** Of the model's window, what stays free for the rules, a question, its answer and a conversation. */
const talkTokens = 2_048
/** A document without contents is parted into so many units. */
const unitsWithout = 10

export interface ReadingChooser {
  /** Loads the chosen model. Rejects with what that rejects with. */
  choices(document: DocumentId): Promise<ReadingChoices>
}

export interface ChooserWorld {
  readonly library: Pick<Library, 'detail' | 'text'>
  readonly engine: Pick<EngineClient, 'load' | 'count'>
  readonly chosenModel: () => Promise<{ readonly path: string }>
  readonly models: () => Promise<readonly ModelSummary[]>
}

export function createReadingChooser({ library, engine, chosenModel, models }: ChooserWorld): ReadingChooser {
  return {
    async choices(document) {
      const { outline } = await library.detail(document)
      const facts = await engine.load((await chosenModel()).path)
      const counts = await countUnitTokens(library, engine, document)
      const tokens = sum(counts, [0, counts.length - 1])
      const largest = (await models()).filter(({ context, advice }) => context >= tokens + talkTokens && advice.kind === 'fits').sort((a, b) => Number(b.installed) - Number(a.installed) || a.context - b.context)[0]
      const largerModel = largest === undefined ? null : { name: largest.name, title: largest.title, context: largest.context, installed: largest.installed }
      return { tokens, tokensMax: Math.max(0, facts.contextMax - talkTokens), chapters: chaptersOf(outline, counts), largerModel }
    },
  }
}

const sum = (counts: readonly number[], [first, last]: UnitRange): number => counts.slice(first, last + 1).reduce((all, count) => all + count, 0)

/** @param counts tokens of each unit */
export function chaptersOf(outline: readonly OutlineEntry[], counts: readonly number[]): readonly Chapter[] {
  const entries = outline.filter(({ unit }) => unit < counts.length)
  if (entries.length === 0) return stretchesOf(counts)
  const [head] = entries
  const before: readonly OutlineEntry[] = head !== undefined && head.unit > 0 ? [{ title: '', level: 1, unit: 0 }] : []
  return [...before, ...entries].map(({ title, level, unit }, i, all) => {
    const next = all.find((other, j) => j > i && other.level <= level)
    const units: UnitRange = [unit, Math.max(unit, (next?.unit ?? counts.length) - 1)]
    return { title, level, units, tokens: sum(counts, units) }
  })
}

function stretchesOf(counts: readonly number[]): readonly Chapter[] {
  return Array.from({ length: Math.ceil(counts.length / unitsWithout) }, (_, i) => {
    const units: UnitRange = [i * unitsWithout, Math.min(counts.length, (i + 1) * unitsWithout) - 1]
    return { title: '', level: 1, units, tokens: sum(counts, units) }
  })
}
