import { useMemo, type ReactNode } from 'react'
import type { Answer } from '../../src-main/contract/answer'
import { answerBlocks, gluedParts, type AnswerBlock, type AnswerPart } from '../state/answer-text'
import { t } from '../locales/words'
import { CitationChip } from './citation-chip'
import './answer-text.css'

interface AnswerTextProps {
  readonly answer: Answer
  /** Marker of the citation that is open. */
  readonly chosen: number | null
  readonly onOpen: (citation: number) => void
  readonly isStreaming: boolean
}

/** A model's words as elements made here: nothing of the text becomes markup, a link or a request, while it streams or later. */
export function AnswerText({ answer, chosen, onOpen, isStreaming }: AnswerTextProps): ReactNode {
  const blocks = useMemo(() => answerBlocks(answer), [answer])
  return (
    <div className={`answer-text selectable ${isStreaming ? 'answer-streaming' : ''}`} dir="auto">
      {blocks.map((block) => (
        <BlockElement key={block.start} block={block}>
          {gluedParts(block.parts).map((group, index) => <Group key={index} group={group} answer={answer} chosen={chosen} onOpen={onOpen} />)}
        </BlockElement>
      ))}
    </div>
  )
}

function BlockElement({ block, children }: { readonly block: AnswerBlock; readonly children: ReactNode }): ReactNode {
  switch (block.kind) {
    case 'paragraph':
      return <p>{children}</p>
    case 'heading':
      return <p className="answer-heading" role="heading" aria-level={4}>{children}</p>
    case 'bullet':
    case 'numbered':
      return <p className={`answer-item answer-item-${block.depth}`} role="listitem"><span className="answer-bullet">{block.kind === 'bullet' ? '•' : `${block.number ?? ''}.`}</span>{children}</p>
    case 'code':
      return <pre><code>{children}</code></pre>
  }
}

type PartsProps = Omit<AnswerTextProps, 'isStreaming'>

function Group({ group, ...others }: PartsProps & { readonly group: readonly AnswerPart[] }): ReactNode {
  const parts = group.map((part, index) => <Part key={index} part={part} {...others} />)
  return group.length > 1 ? <span className="answer-glued">{parts}</span> : parts
}

type PartProps = PartsProps & { readonly part: AnswerPart }

function Part({ part, answer, chosen, onOpen }: PartProps): ReactNode {
  if (part.kind === 'chips') return part.citations.map((index) => <CitationChip key={index} answer={answer} index={index} isChosen={answer.citations[index]?.marker === chosen} onOpen={onOpen} />)
  const words = part.unsupported ? <span className="answer-unsupported" title={t('answer.unsupported')}>{part.text}{part.closes && <span className="hidden-text"> ({t('answer.unsupported')})</span>}</span> : part.text
  if (part.code) return <code>{words}</code>
  const strong = part.strong ? <strong>{words}</strong> : words
  return part.emphasis ? <em>{strong}</em> : strong
}
