import type { ReactNode } from 'react'
import type { Answer, Citation } from '../../src-main/contract/answer'
import { placeText } from '../ui/place'
import { t } from '../locales/words'
import { unitsOf } from './units'
import './quote.css'

/** The chosen citation: the sentence as it stands in the source, and where. */
export function QuoteCard({ answer, citation }: { readonly answer: Answer; readonly citation: Citation }): ReactNode {
  const place = placeText(citation, unitsOf(answer, citation.document))
  return (
    <blockquote className="quote">
      <p className="selectable" dir="auto">{citation.quote}</p>
      <footer>
        <span className="one-line" title={place}>{answer.coverage.documents.length > 1 ? `${citation.title} · ${place}` : place}</span>
        <span>{citation.verified ? t('answer.exact') : t('answer.inexact')}</span>
      </footer>
    </blockquote>
  )
}
