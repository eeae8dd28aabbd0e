import { Check, Copy, Download, RotateCcw, Square } from 'lucide-react'
import { memo, type ReactNode } from 'react'
import { Button } from 'react-aria-components'
import type { Answer } from '../../src-main/contract/answer'
import { unsupportedCount } from '../state/answer-text'
import { coverageLines, rangeText, type CoverageLine, type NumberRange } from '../state/coverage'
import { useActions, useApp } from '../ui/app-context'
import { ProgressBar } from '../ui/bar'
import { IconButton, TextButton } from '../ui/button'
import { formatNumber, formatSeconds, formatUnits } from '../ui/format'
import { t } from '../locales/words'
import { AnswerText } from './answer-text'
import { shortTitle } from './model-title'
import { progressShare, progressText } from './progress-text'
import { QuoteCard } from './quote'
import './answer.css'

interface AnswerViewProps {
  readonly answer: Answer
  readonly isLast: boolean
  readonly isRunning: boolean
}

/** A question with its answer: the text as it streams, the quote that was chosen, what was in view, and what can be done with it. */
export const AnswerView = memo(function AnswerView({ answer, isLast, isRunning }: AnswerViewProps): ReactNode {
  const actions = useActions()
  const chosen = useApp((state) => (state.conversation.chosen?.answer === answer.id ? state.conversation.chosen.index : null))
  const citation = chosen === null ? undefined : answer.citations[chosen]
  return (
    <article className="turn" aria-label={answer.question}>
      <h3 className="question">{answer.question}</h3>
      <AnswerText answer={answer} chosen={citation?.marker ?? null} onOpen={(index) => void actions.conversation.openCitation(answer, index)} isStreaming={answer.state === 'writing'} />
      {citation !== undefined && <QuoteCard answer={answer} citation={citation} />}
      {isRunning ? <Progress answer={answer} /> : <Outcome answer={answer} />}
      {!isRunning && <Acts answer={answer} isLast={isLast} />}
    </article>
  )
})

function Progress({ answer }: { readonly answer: Answer }): ReactNode {
  const progress = useApp((state) => (state.conversation.progress?.answer === answer.id ? state.conversation.progress : null))
  const actions = useActions()
  const text = progressText(answer.state, progress)
  return (
    <div className="answer-running">
      <div className="answer-progress">
        <span className="tabular grow">{text}</span>
        <TextButton onPress={() => void actions.conversation.stop()}><Square aria-hidden /> {t('answer.stop')}</TextButton>
      </div>
      {answer.state !== 'writing' && <ProgressBar label={text} fraction={progressShare(answer.state, progress)} />}
    </div>
  )
}

function Outcome({ answer }: { readonly answer: Answer }): ReactNode {
  const unsupported = unsupportedCount(answer)
  return (
    <>
      <Ending answer={answer} />
      {coverageLines(answer.coverage).map((line) => (
        <CoverageText key={line.document} line={line} answer={answer} titled={answer.coverage.documents.length > 1} />
      ))}
      {answer.setAside !== undefined && <p className="answer-line warn">{answer.setAside}</p>}
      {unsupported > 0 && <p className="answer-line warn">{t('answer.unsupportedNotice', { count: unsupported, shown: formatNumber(unsupported) })}</p>}
      {answer.missingWords.length > 0 && <p className="answer-line">{t('answer.missing', { words: answer.missingWords.map((word) => `“${word}”`).join(', ') })}</p>}
    </>
  )
}

/** How an answer ended, where it did not end well. */
function Ending({ answer }: { readonly answer: Answer }): ReactNode {
  switch (answer.state) {
    case 'failed':
      return <p className="answer-trouble bad selectable">{answer.failure === null ? t('answer.failedPlain') : answer.failure.message}</p>
    case 'interrupted':
      return <p className="answer-trouble warn">{t('answer.interrupted')}</p>
    case 'cancelled':
      return <p className="answer-line">{answer.text === '' ? t('answer.cancelledEmpty') : t('answer.cancelled')}</p>
    case 'done':
      return answer.text.trim() === '' ? <p className="answer-line">{t('answer.nothing')}</p> : null
    default:
      return null
  }
}

interface CoverageTextProps {
  readonly line: CoverageLine
  readonly answer: Answer
  readonly titled: boolean
}

/** How it looked at what it had in view; null before it has answered. */
function attentionText({ attention, retrieval }: Answer): string | null {
  if (attention === undefined) return null
  const percent = formatNumber(Math.round(100 * (retrieval?.unselected ?? 0)))
  return t(`answer.attention.${attention}`, { tokens: formatNumber(retrieval?.budgetTokens ?? 0), percent })
}

/** What the model had in view of a document: all of it, the pages that it had read so far, or passages. */
function CoverageText({ line, answer, titled }: CoverageTextProps): ReactNode {
  const units = formatUnits(line.total, line.paginated)
  const { title, ranges } = line
  const actions = useActions()
  const inView = formatNumber(line.inView)
  const { mode } = answer
  const how = mode === 'passages' ? null : attentionText(answer)
  if (line.complete && mode === 'passages') return <p className="answer-line">{titled ? t('answer.fromAllTitled', { title, units }) : t('answer.fromAll', { units })}</p>
  if (line.complete) return <p className="answer-line leaf"><Check aria-hidden /> {titled ? t('answer.readAllTitled', { title, units }) : t('answer.readAll', { units })}{how !== null && ` · ${how}`}</p>
  if (line.inView === 0) return <p className="answer-line">{t('answer.fromNone')}</p>
  return (
    <p className="answer-line answer-coverage tabular">
      {titled ? t('answer.fromTitled', { title, inView, units }) : t(mode === 'passages' ? 'answer.from' : 'answer.fromRead', { inView, units })}
      {ranges.map((range, index) => (
        <span key={range.first}><Button className="answer-range" aria-label={openText(range, line.paginated)} onPress={() => void actions.reader.open(line.document, range.first - 1)}>{rangeText(range)}</Button>{index < ranges.length - 1 ? ',' : how !== null && ' ·'}</span>
      ))}
      {how}
    </p>
  )
}

const openText = (range: NumberRange, paginated: boolean): string =>
  t(paginated ? 'answer.goToPages' : 'answer.goToSections', { count: range.last - range.first + 1, range: rangeText(range) })

function Acts({ answer, isLast }: { readonly answer: Answer; readonly isLast: boolean }): ReactNode {
  const actions = useActions()
  const troubled = answer.state !== 'done'
  const model = useApp((state) => state.models.find(({ name }) => name === answer.model)?.title ?? answer.model)
  const seconds = formatSeconds(answer.milliseconds.total)
  const { reused, prefilled } = answer.tokens
  const read = prefilled > 0 ? [t('answer.newTokens', { count: prefilled, shown: formatNumber(prefilled) })] : []
  const known = reused > 0 ? [t('answer.knownTokens', { tokens: formatNumber(reused) })] : []
  const by = [shortTitle(model), ...read, t('answer.seconds', { seconds })].join(' · ')
  const all = [model, ...read, ...known, t('answer.seconds', { seconds })].join(' · ')
  return (
    <div className="answer-acts">
      {answer.text !== '' && <IconButton name={t('answer.copy')} onPress={() => void actions.conversation.copy(answer.id)}><Copy aria-hidden /></IconButton>}
      {answer.text !== '' && <IconButton name={t('answer.export')} onPress={() => void actions.conversation.exportAnswer(answer.id)}><Download aria-hidden /></IconButton>}
      {troubled && isLast
        ? <TextButton onPress={() => void actions.conversation.askAgain(answer)}><RotateCcw aria-hidden /> {t('answer.askAgain')}</TextButton>
        : <IconButton name={t('answer.askAgain')} onPress={() => void actions.conversation.askAgain(answer)}><RotateCcw aria-hidden /></IconButton>}
      {answer.model !== '' && <small className="one-line tabular" title={all}>{by}</small>}
    </div>
  )
}
