import { describe, expect, it } from 'vitest'
import type { ChatSession } from '../../../src-engine/scheduler/model'
import { chat, failureOf, favour, format, hello, kinds, load, loopBench, said, speaker, stop, tokenizer } from '../../support/loop-bench'

describe('a chat', () => {
  it('streams whole characters and ends with what it took', async () => {
    const at = loopBench(speaker(hello))
    at.take(load(1))
    at.take(chat(2))
    const events = await at.end(2)
    expect(said(events)).toBe('hello world ä')
    expect(events.flatMap((event) => (event.kind === 'text' ? event.text : [])).every((text) => !text.includes('\ufffd'))).toBe(true)
    expect(events.at(-2)).toMatchObject({ kind: 'ended', end: { reason: 'stop', tokens: { reused: 3, generated: hello.length } } })
    expect(kinds(events).at(-1)).toBe('done')
  })

  it('stops at the number of tokens that was asked for, and at the end of the context', async () => {
    const endless = Array<number>(500).fill(hello[0] ?? 0)
    const at = loopBench(speaker(endless))
    at.take(load(1))
    at.take(chat(2, { tokensMax: 3 }))
    expect((await at.end(2)).at(-2)).toMatchObject({ end: { reason: 'length', tokens: { generated: 3 } } })
    const prompt = format.prompt([{ role: 'user', content: 'hello' }]).length
    const small = loopBench(speaker(endless, { contextMax: prompt + 2 }))
    small.take(load(1))
    small.take(chat(2))
    expect((await small.end(2)).at(-2)).toMatchObject({ end: { reason: 'length', tokens: { generated: 2 } } })
  })

  it('refuses with both numbers what does not fit', async () => {
    const at = loopBench(speaker(hello, { contextMax: 5 }))
    at.take(load(1))
    at.take(chat(2))
    const tokens = format.prompt([{ role: 'user', content: 'hello' }]).length
    expect(failureOf(await at.end(2))).toMatch(new RegExp(`^context-exceeded: The question with its passages takes ${tokens} tokens, and Small can have 5 in view`))
  })

  it('without a model is refused', async () => {
    const at = loopBench(speaker(hello))
    at.take(chat(1))
    expect(failureOf(await at.end(1))).toMatch(/^not-loaded/)
  })

  it('ends with a named failure when the numbers break, its text being given before', async () => {
    let steps = 0
    const at = loopBench(speaker(hello, { steps: () => Promise.resolve([steps++ === 0 ? favour(hello[1] ?? 0) : new Float32Array(tokenizer.size).fill(NaN)]) }))
    at.take(load(1))
    at.take(chat(2))
    const events = await at.end(2)
    expect(said(events)).toBe('hello world')
    expect(failureOf(events)).toMatch(/^broken-numbers: The model's computation broke/)
  })

  it('shows what an unfinished character was, at the end', async () => {
    const at = loopBench(speaker([...tokenizer.encodeBytes(Uint8Array.of(0x61, 0xc3))].slice(0, 1).concat(tokenizer.encode('😀')[0] ?? 0)))
    at.take(load(1))
    at.take(chat(2))
    expect(said(await at.end(2))).toBe('a\ufffd')
  })
})

describe('a model with more scores than tokens', () => {
  it('never says what is no token', async () => {
    const padded = (token: number): Float32Array => {
      const logits = new Float32Array(tokenizer.size + 20).fill(-1)
      logits[tokenizer.size + 3] = 9
      logits[token] = 5
      return logits
    }
    const sync: ChatSession['sync'] = (tokens) => Promise.resolve({ reused: 0, prefilled: tokens.length, logits: padded(hello[0] ?? 0) })
    const at = loopBench(speaker(hello, { sync, steps: () => Promise.resolve([padded(stop)]) }))
    at.take(load(1))
    at.take(chat(2))
    expect(said(await at.end(2))).toBe('hello')
  })
})
