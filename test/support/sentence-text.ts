import type { SentenceText } from '../../src-main/contract/library'

/** A sentence in view, standing on page `page` of a document of its own making. */
export function sentenceText(text: string, change: Partial<SentenceText> = {}): SentenceText {
  const unit = change.unit ?? 0
  return {
    document: 'book',
    title: 'Tidal Rivers',
    index: 0,
    unit,
    page: unit + 1,
    pageLabel: String(unit + 1),
    section: [],
    paragraph: 1,
    start: { unit, offset: 0 },
    end: { unit, offset: text.length },
    text,
    ...change,
  }
}
