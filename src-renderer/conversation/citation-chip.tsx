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

/** The number after a statement, an outline where it is less certain: hover or focus shows the sentence, Enter or a click opens it in the reader. */
export function CitationChip({ answer, index, isChosen, onOpen }: CitationChipProps): ReactNode {
  const citation = answer.citations[index]
  if (citation === undefined) return null
  const place = placeText(citation, unitsOf(answer, citation.document))
  const isOpen = citation.confidence === 'low'
  const label = t(isOpen ? 'answer.citationOpen' : 'answer.citation', { marker: citation.marker, place })
  return (
    <TooltipTrigger delay={delayMilliseconds} closeDelay={delayMilliseconds}>
      <Button className={`chip ${isOpen ? 'chip-open' : ''} ${isChosen ? 'chip-chosen' : ''}`} aria-label={label} onPress={() => onOpen(index)}>{citation.marker}</Button>
      <Tooltip className="chip-quote" placement="top">
        <q>{citation.quote}</q>
        {citation.confidence !== undefined && <footer>{t(isOpen ? 'answer.open' : 'answer.agreed')}</footer>}
        <footer>{answer.coverage.documents.length > 1 ? `${citation.title} · ${place}` : place}</footer>
      </Tooltip>
    </TooltipTrigger>
  )
}
