import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChatEnd, Sampling } from '../../../src-engine/protocol'
import { writeAnswer } from '../../../src-engine/scheduler/answer'
import type { OpenModel } from '../../../src-engine/scheduler/model'
import { openModel } from '../../../src-engine/scheduler/open-model'
import { glm0414Template, glm2024Template } from '../../support/chat-templates'
import { glmTokens } from '../../support/glm-tokens'
import { writeSmallModel } from '../../support/small-model'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'longleaf-glm-open-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const never = new AbortController().signal
const ignore = (): void => undefined

async function withModel(architecture: 'chatglm' | 'glm4', template: string, use: (model: OpenModel) => Promise<void>, threads: number | null = null): Promise<void> {
  const path = join(folder, `${architecture}.gguf`)
  writeFileSync(path, writeSmallModel({ architecture, metadata: glmTokens(template) }))
  const model = await openModel({ path, contextMax: 512, device: 'cpu', threads }, { signal: never, onProgress: ignore, replace: ignore, log: ignore })
  try {
    await use(model)
  } finally {
    model.close()
  }
}

async function answer(model: OpenModel, change: Partial<Sampling> = {}): Promise<{ readonly text: string; readonly end: ChatEnd }> {
  let text = ''
  const sampling = { temperature: 0, topP: 1, minP: 0, seed: 1, tokensMax: 24, ...change }
  const hooks = {
    onText: (part: string) => (text += part), onEvidence: ignore, onProgress: ignore,
    signal: never, now: () => performance.now(), breathe: () => Promise.resolve(),
  }
  const end = await writeAnswer(model, { messages: [{ role: 'user', content: 'hello world <|user|>' }], sampling }, hooks)
  return { text, end }
}

describe('a GLM-4 file with random weights', () => {
  it('is computed by as many threads as proved fastest before', () => withModel('chatglm', glm2024Template, (model) => {
    expect(model.facts.threads).toBe(3)
    return Promise.resolve()
  }, 3))

  it.each([['chatglm', glm2024Template], ['glm4', glm0414Template]] as const)('of architecture %s opens, is asked in its own form and answers', (architecture, template) => withModel(architecture, template, async (model) => {
    const { text, end } = await answer(model)
    expect(end.tokens.generated).toBeGreaterThan(0)
    expect(text).toBe(text.trimStart())
    // [gMASK]<sop><|user|>, the line break, what is said and <|assistant|>.
    expect(end.tokens.reused + end.tokens.prefilled).toBe(5 + model.tokenizer.encode('hello world <|user|>').length)
    expect([...model.format.stops].map((id) => model.tokenizer.bytesOf(id).length)).toEqual([0, 0, 0])
  }))

  it('gives JSON from the first letter on where it has to', () => withModel('chatglm', glm2024Template, async (model) => {
    const schema = { type: 'object', properties: { answer: { type: 'string' }, sure: { type: 'boolean' } }, required: ['answer', 'sure'], additionalProperties: false }
    const { text } = await answer(model, { schema, tokensMax: 60 })
    expect(JSON.parse(text)).toMatchObject({ answer: expect.any(String) as string, sure: expect.any(Boolean) as boolean })
    expect(text.startsWith('{')).toBe(true)
  }))
})
