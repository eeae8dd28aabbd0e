import type { ReactNode } from 'react'
import { Button, Tooltip, TooltipTrigger } from 'react-aria-components'
import type { Answer } from '../../src-main/contract/answer'
import { placeText } from '../ui/place'
import { t } from '../locales/words'
import { unitsOf } from './units'
import './citation-chip.css'

interface CitationChipProps {
  readonly answer: Answer
  readonly index: number
  readonly isChosen: boolean
  readonly onOpen: (citation: number) => void
}

const delayMilliseconds = 150

/** The number after a statement: hover or focus shows the sentence that supports it, Enter or a click opens it in the reader. */
export function CitationChip({ answer, index, isChosen, onOpen }: CitationChipProps): ReactNode {
  const citation = answer.citations[index]
  if (citation === undefined) return null
  const place = placeText(citation, unitsOf(answer, citation.document))
  return (
    <TooltipTrigger delay={delayMilliseconds} closeDelay={delayMilliseconds}>
      <Button className={`chip ${isChosen ? 'chip-chosen' : ''}`} aria-label={t('answer.citation', { marker: citation.marker, place })} onPress={() => onOpen(index)}>{citation.marker}</Button>
      <Tooltip className="chip-quote" placement="top">
        <q>{citation.quote}</q>
        <footer>{answer.coverage.documents.length > 1 ? `${citation.title} · ${place}` : place}</footer>
      </Tooltip>
    </TooltipTrigger>
  )
}
