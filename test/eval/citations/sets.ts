import { z } from 'zod'
import { splitSentences } from '../../../src-main/text/sentences'
import { estimateTokens } from '../../../src-renderer/ingest/passages'
import { seededRandom } from '../../support/seeded-random'
import { fetchLabelled } from './data'
import type { LabelledCase } from './labelled'

/** Which part of a data set: heads and weights were chosen on the one, figures come from the other. */
export type Half = 'development' | 'test'

export interface Sampling {
  readonly half: Half
  readonly count: number
  /** Tokens of the text in view, about. */
  readonly contextTokens: number
}

const squadSchema = z.object({
  data: z.array(z.object({
    title: z.string(),
    paragraphs: z.array(z.object({
      context: z.string(),
      qas: z.array(z.object({ question: z.string(), is_impossible: z.boolean(), answers: z.array(z.object({ text: z.string(), answer_start: z.number() })) })),
    })),
  })),
})

const hotpotSchema = z.array(z.object({
  question: z.string(),
  answer: z.string(),
  supporting_facts: z.array(z.tuple([z.string(), z.number()])),
  context: z.array(z.tuple([z.string(), z.array(z.string())])),
}))

const tokensOf = (sentences: readonly string[]): number => sentences.reduce((sum, text) => sum + estimateTokens(text), 0)

/** So many questions share a text, which is read once for all of them. */
const questionsPerText = 5

/** Neighbouring paragraphs of an article, with questions about them. */
export async function squadCases({ half, count, contextTokens }: Sampling): Promise<readonly LabelledCase[]> {
  const { data } = squadSchema.parse(await fetchLabelled('squad'))
  const own = data.filter((_, i) => (i % 3 === 0) === (half === 'development'))
  const random = seededRandom(17)
  const articles = Math.max(1, Math.round(count / questionsPerText))
  const asked = Array.from({ length: articles }, (_, i) => own[i % own.length]).flatMap((article) => article ?? [])
  const cases = asked.flatMap(({ title, paragraphs }) => {
    const first = Math.floor(random() * Math.max(1, paragraphs.length - 12))
    // Long contexts need more than one article holds: the others follow, unasked.
    const others = own.filter((other) => other.title !== title)
      .flatMap((other) => other.paragraphs.map(({ context }) => ({ title: other.title, context, qas: [] })))
    const texts = upTo([...paragraphs.slice(first).map((each) => ({ ...each, title })), ...others], contextTokens)
    const chosen = texts.map((each) => ({ ...each, ranges: splitSentences(each.context, 'en') }))
    const sentences = chosen.flatMap(({ ranges, ...each }, paragraph) =>
      ranges.map(({ start, end }) => ({ title: each.title, paragraph, text: each.context.slice(start, end) })))
    let before = 0
    const found = chosen.flatMap(({ qas, ranges }) => {
      const offset = before
      before += ranges.length
      return qas.flatMap(({ question, is_impossible: impossible, answers: [answer] }): readonly LabelledCase[] => {
        if (impossible || answer === undefined) return []
        const gold = ranges.findIndex(({ start, end }) => answer.answer_start >= start && answer.answer_start + answer.text.length <= end)
        return gold < 0 ? [] : [{ sentences, question: question.trim(), answer: answer.text, gold: [offset + gold] }]
      })
    })
    return sample(found, Math.ceil(count / articles), random)
  })
  return cases.slice(0, count)
}

/** The paragraphs that hold the facts, among as many others as fit; facts of any hop are right. */
export async function hotpotCases({ half, count, contextTokens }: Sampling): Promise<readonly LabelledCase[]> {
  const all = hotpotSchema.parse(await fetchLabelled('hotpot'))
  const random = seededRandom(23)
  const own = all.filter((entry, i) => (i % 2 === 0) === (half === 'development') && !/^(yes|no)$/iu.test(entry.answer))
  const asked = sample(own.map((entry, at) => ({ ...entry, at })), count, random)
  return asked.flatMap(({ question, answer, supporting_facts: facts, context, at }) => {
    const isFact = (title: string): boolean => facts.some(([of]) => of === title)
    const others = own[(at * 31 + 7) % own.length]?.context ?? []
    const pool = [...context, ...(contextTokens > 1500 ? all.slice(at, at + 200).flatMap((entry) => entry.context) : others)]
    const paragraphs = withFacts(pool, isFact, contextTokens)
    const sentences = paragraphs.flatMap(([title, texts], paragraph) => texts.map((text) => ({ title, paragraph, text: text.trim() })))
    let before = 0
    const gold = paragraphs.flatMap(([title, texts]) => {
      const offset = before
      before += texts.length
      // Some facts name a sentence that is not there.
      return facts.filter(([of, sentence]) => of === title && sentence < texts.length).map(([, sentence]) => offset + sentence)
    })
    return gold.length === 0 ? [] : [{ sentences, question, answer, gold }]
  })
}

/** The first so many that have this many tokens together, or some more. */
function upTo<T extends { readonly context: string }>(paragraphs: readonly T[], tokens: number): readonly T[] {
  let sum = 0
  return paragraphs.filter(({ context }) => {
    const fits = sum < tokens
    sum += estimateTokens(context)
    return fits
  })
}

type HotpotParagraph = readonly [title: string, sentences: readonly string[]]

/** In their order, leaving out what does not fit beside the paragraphs that hold facts. */
function withFacts(pool: readonly HotpotParagraph[], isFact: (title: string) => boolean, contextTokens: number): readonly HotpotParagraph[] {
  const seen = new Set<string>()
  const apart = pool.filter(([title]) => !seen.has(title) && seen.add(title))
  let left = contextTokens - apart.filter(([title]) => isFact(title)).reduce((sum, [, texts]) => sum + tokensOf(texts), 0)
  return apart.filter(([title, texts]) => {
    if (isFact(title)) return true
    left -= tokensOf(texts)
    return left >= 0
  })
}

/** Some of them, in their order. */
function sample<T>(items: readonly T[], count: number, random: () => number): readonly T[] {
  const keyed = items.map((item, index) => ({ item, index, key: random() })).sort((a, b) => a.key - b.key).slice(0, count)
  return keyed.sort((a, b) => a.index - b.index).map(({ item }) => item)
}
