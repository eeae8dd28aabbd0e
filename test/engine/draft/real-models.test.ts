import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPace, type Pace } from '../../../src-engine/draft/pace'
import type { OpenModel } from '../../../src-engine/scheduler/model'
import { answerTo, openForAnswers, otherQuestions, quotingQuestions } from '../../support/answers'
import { starterModelPath } from '../../support/starter-model'
import { hasTestModel, testModelPath } from '../../support/test-model'

const tokensMax = 40
/** Whatever this machine is doing: drafts are taken to be cheap, so that many are made. */
const cheap = (): Pace => ({ ...createPace(), cost: (tokens) => 1 + 0.1 * (tokens - 1) })

const models = [['SmolLM2-135M', starterModelPath, true], ['Qwen2.5-Coder-0.5B', () => testModelPath, hasTestModel]] as const

describe.each(models)('the text of %s', (_, path, there) => {
  describe.skipIf(!there)('with and without drafts', () => {
    let opened: OpenModel
    let runs = 0

    beforeAll(async () => {
      opened = await openForAnswers(path())
    })
    afterAll(() => opened.close())

    const model = (): OpenModel => ({
      ...opened,
      pace: cheap(),
      session: {
        ...opened.session,
        steps: (tokens, signal) => {
          runs++
          return opened.session.steps(tokens, signal)
        },
      },
    })

    it.each([[{ temperature: 0 }], [{ temperature: 0.5, repetitionPenalty: 1.05, seed: 5 }]])('is the same to the letter, %j', async (sampling) => {
      let [drafted, tokens] = [0, 0]
      for (const question of [quotingQuestions[0] ?? '', otherQuestions[1] ?? '']) {
        const plain = await answerTo(model(), question, { ...sampling, tokensMax, draft: false })
        runs = 0
        const quick = await answerTo(model(), question, { ...sampling, tokensMax })
        expect(quick.text).toBe(plain.text)
        drafted += runs
        tokens += quick.end.tokens.generated
      }
      // Drafts hit: otherwise this would show nothing.
      expect(drafted).toBeLessThan(tokens)
    }, 300_000)
  })
})
