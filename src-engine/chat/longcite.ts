/**
 * What LongCite models were taught: the sentences of a document are numbered in the prompt, and each statement of the answer names the sentences that it
 * rests on (Zhang et al. 2024, "LongCite", arXiv 2409.02897). The marks are ordinary text to the tokenizer.
 */

/** The request in the words of the training data. `sentences` follow each other without gaps: white space belongs to the one before it. */
export function longCiteRequest(sentences: readonly string[], question: string): string {
  const numbered = sentences.map((sentence, i) => `<C${i}>${sentence}`).join('')
  return "Please answer the user's question based on the following document. When a sentence S in your response uses information from some chunks in the document "
    + '(i.e., <C{s1}>-<C_{e1}>, <C{s2}>-<C{e2}>, ...), please append these chunk numbers to S in the format "<statement>{S}<cite>[{s1}-{e1}][{s2}-{e2}]...</cite></statement>". '
    + `You must answer in the same language as the user's question.\n\n[Document Start]\n${numbered}\n[Document End]\n\n${question}`
}

/** A statement and the sentences that it names: first and last of each span, in the order named, spans that touch as one. */
export interface CitedStatement {
  readonly text: string
  readonly spans: readonly (readonly [first: number, last: number])[]
}

const statementOrRest = /<statement>([\s\S]*?)(?:<\/statement>|(?=<statement>)|$)|((?:(?!<statement>)[\s\S])+)/g
const cite = /<cite>([\s\S]*?)(?:<\/cite>|$)/g

/** The statements of an answer, also of one that was broken off; what stands outside of any is a statement that names nothing. */
export function readLongCite(answer: string, sentenceCount: number): readonly CitedStatement[] {
  return Array.from(answer.matchAll(statementOrRest), ([, inside, outside]): CitedStatement => {
    if (inside === undefined) return { text: (outside ?? '').trim(), spans: [] }
    const named = Array.from(inside.matchAll(cite), ([, spans]) => spans ?? '').join('')
    return { text: inside.replace(cite, '').trim(), spans: spansOf(named, sentenceCount) }
  }).filter(({ text }) => text !== '')
}

function spansOf(named: string, sentenceCount: number): readonly (readonly [number, number])[] {
  const spans: [first: number, last: number][] = []
  for (const [, from, to] of named.matchAll(/\[(\d+)-(\d+)\]/g)) {
    const [first, last] = [Number(from), Math.min(Number(to), sentenceCount - 1)]
    if (last < first) continue
    const before = spans.at(-1)
    if (before !== undefined && first === before[1] + 1) before[1] = last
    else spans.push([first, last])
  }
  return spans
}
