import sample from '../../resources/sample/question.json'
import { Download, History, MessageCirclePlus } from 'lucide-react'
import { useEffect, useLayoutEffect, useRef, type ReactNode } from 'react'
import { isRunning } from '../state/conversation'
import { useActions, useApp, useDispatch } from '../ui/app-context'
import { IconButton, IconToggle, TextButton } from '../ui/button'
import { shortcuts } from '../ui/commands'
import { t } from '../locales/words'
import { AnswerView } from './answer'
import { Composer } from './composer'
import { HistoryList } from './history'
import { WorkNotices } from './work-notices'
import './conversation.css'

/** The conversation pane: questions and answers, work in progress, and the composer below. */
export function Conversation(): ReactNode {
  const historyOpen = useApp((state) => state.conversation.historyOpen)
  return (
    <section className="conversation" data-pane="conversation" aria-label={t('panes.conversation')}>
      <ConversationBar />
      {historyOpen ? <HistoryList /> : <Talk />}
      <WorkNotices />
      {!historyOpen && <Composer />}
    </section>
  )
}

function ConversationBar(): ReactNode {
  const title = useApp((state) => state.conversation.title)
  const historyOpen = useApp((state) => state.conversation.historyOpen)
  const open = useApp((state) => state.conversation.open)
  const actions = useActions()
  const dispatch = useDispatch()
  const start = (): void => {
    actions.conversation.start()
    document.querySelector<HTMLElement>('[data-focus="composer"]')?.focus()
  }
  return (
    <div className="conversation-bar">
      <h2 className="conversation-title one-line grow" title={title}>{historyOpen ? t('conversation.history') : title === '' ? t('conversation.new') : title}</h2>
      <IconToggle name={t('conversation.history')} isSelected={historyOpen} onChange={() => dispatch({ kind: 'history-toggled' })}><History aria-hidden /></IconToggle>
      <IconButton name={t('conversation.export')} shortcut={shortcuts.export} isDisabled={open === null} onPress={() => void actions.conversation.exportAll()}><Download aria-hidden /></IconButton>
      <IconButton name={t('conversation.new')} shortcut={shortcuts['new-conversation']} onPress={start}><MessageCirclePlus aria-hidden /></IconButton>
    </div>
  )
}

const nearEndPixels = 80

function Talk(): ReactNode {
  const { history, asking, failure } = useApp((state) => state.conversation)
  const scroller = useRef<HTMLDivElement>(null)
  const follows = useRef(true)
  const actions = useActions()
  // A question just sent is always brought into view; a stream is followed only where the person did not scroll away.
  useLayoutEffect(() => {
    if (asking !== null) follows.current = true
  }, [asking])
  useLayoutEffect(() => {
    const element = scroller.current
    if (element !== null && follows.current) element.scrollTop = element.scrollHeight
  }, [history, asking, failure])
  useEffect(() => {
    const element = scroller.current
    if (element === null) return
    const note = (): void => {
      follows.current = element.scrollHeight - element.scrollTop - element.clientHeight < nearEndPixels
    }
    element.addEventListener('scroll', note, { passive: true })
    return () => element.removeEventListener('scroll', note)
  }, [])
  const isEmpty = history.length === 0 && asking === null && failure === null
  return (
    <div className="talk" ref={scroller} tabIndex={0} role="region" aria-label={t('conversation.label')}>
      {isEmpty && <FirstQuestion />}
      {history.map((answer, index) => (
        <AnswerView key={answer.id} answer={answer} isLast={index === history.length - 1 && asking === null} isRunning={isRunning(answer)} />
      ))}
      {asking !== null && (
        <article className="turn" aria-label={asking.question}>
          <h3 className="question">{asking.question}</h3>
          <p className="answer-progress" role="status">{t(asking.state === 'held' ? 'answer.held' : 'answer.waiting')}</p>
        </article>
      )}
      {failure !== null && (
        <article className="turn">
          <h3 className="question">{failure.question}</h3>
          <p className="answer-trouble bad" role="alert">{t('answer.failedToAsk', { why: failure.message })}</p>
          <TextButton onPress={() => void actions.conversation.ask(failure.question)}>{t('answer.askAgain')}</TextButton>
        </article>
      )}
    </div>
  )
}

/** What an empty conversation teaches; for the sample, the question is one click away. */
function FirstQuestion(): ReactNode {
  const summary = useApp((state) => state.reader.detail?.summary ?? null)
  const actions = useActions()
  return (
    <div className="first-question">
      <h3>{t('conversation.emptyTitle')}</h3>
      <p>{summary === null ? t('conversation.emptyNoDocument') : t('conversation.emptyBody')}</p>
      {summary?.title === sample.title && (
        <>
          <small>{t('conversation.suggested')}</small>
          <button type="button" className="suggestion" onClick={() => void actions.conversation.ask(sample.question)}>{sample.question}</button>
        </>
      )}
    </div>
  )
}
