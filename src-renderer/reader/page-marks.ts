import { useEffect, useMemo, useState } from 'react'
import type { DocumentId, Span } from '../../src-main/contract/document'
import { ask } from '../actions/world'
import { useApp, useWorld } from '../ui/app-context'
import type { PageMarks } from './pdf-document'

const none: readonly Span[] = []
const noMarks: readonly PageMarks[] = []
/** Hits are asked for around the page in view only: a common word stands on every page of a long book. */
const unitsAround = 2

const sameSpans = (a: readonly Span[], b: readonly Span[]): boolean => a.length === b.length && a.every((span, index) => span === b[index])

/** The same list as long as it holds the same spans, so that marks are asked for once. */
export function useCitedSpans(document: DocumentId): readonly Span[] {
  const citations = useApp((state) => {
    const { history, chosen } = state.conversation
    return (chosen === null ? history.at(-1) : history.find(({ id }) => id === chosen.answer))?.citations
  })
  const [kept, setKept] = useState(none)
  const spans = useMemo(() => citations?.filter((citation) => citation.document === document).map(({ span }) => span) ?? none, [citations, document])
  if (spans !== kept && !sameSpans(spans, kept)) setKept(spans)
  return kept
}

/** Everything that is to be marked on the pages of a PDF: citations pale, the chosen one and what was found strong. */
export function usePageMarks(document: DocumentId): readonly PageMarks[] {
  const cited = useCitedSpans(document)
  const chosen = useApp((state) => state.reader.chosen)
  const find = useApp((state) => state.reader.find)
  const unit = useApp((state) => state.reader.unit)
  const near = useMemo(() => find?.hits.filter((hit) => Math.abs(hit.start.unit - unit) <= unitsAround) ?? none, [find?.hits, unit])
  const current = find?.hits[find.current] ?? null
  const pale = useBoxes(document, find === null ? cited : near, 'pale')
  const strong = useBoxes(document, useMemo(() => (find !== null ? (current === null ? none : [current]) : chosen === null ? none : [chosen]), [find, current, chosen]), 'strong')
  return useMemo(() => [...pale, ...strong], [pale, strong])
}

function useBoxes(document: DocumentId, spans: readonly Span[], strength: PageMarks['strength']): readonly PageMarks[] {
  const world = useWorld()
  const [marks, setMarks] = useState(noMarks)
  useEffect(() => {
    let current = true
    const read = async (): Promise<void> => {
      const found = spans.length === 0 ? null : await ask(world, 'document/marks', document, spans)
      if (current) setMarks(found?.ok === true ? found.value.map((mark) => ({ ...mark, strength, span: strength === 'strong' ? (spans[0] ?? null) : null })) : noMarks)
    }
    void read()
    return () => {
      current = false
    }
  }, [world, document, spans, strength])
  return marks
}
