import { Trash2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { GridList, GridListItem, ListLayout, Virtualizer } from 'react-aria-components'
import { useActions, useApp, useDispatch } from '../ui/app-context'
import { IconButton } from '../ui/button'
import { formatDate, formatNumber } from '../ui/format'
import { t } from '../locales/words'
import './history.css'

const rowHeight = 56

/** Conversations of earlier days, newest first. */
export function HistoryList(): ReactNode {
  const conversations = useApp((state) => state.conversation.conversations)
  const open = useApp((state) => state.conversation.open)
  const actions = useActions()
  const dispatch = useDispatch()
  if (conversations.length === 0) return <p className="history-none">{t('conversation.noHistory')}</p>
  return (
    <Virtualizer layout={ListLayout} layoutOptions={{ rowHeight, padding: 8 }}>
      <GridList className="history" aria-label={t('conversation.history')} items={conversations} dependencies={[open]} selectionMode="none" onAction={(key) => void actions.conversation.open(Number(key))}>
        {(conversation) => (
          <GridListItem id={conversation.id} textValue={conversation.title} className={`history-row ${conversation.id === open ? 'history-open' : ''}`}>
            <div className="grow">
              <div className="history-title one-line">{conversation.title}</div>
              <div className="history-state one-line">{[formatDate(conversation.updated), t('conversation.questions', { count: conversation.answers, shown: formatNumber(conversation.answers) })].filter((part) => part !== '').join(' · ')}</div>
            </div>
            <IconButton name={t('conversation.deleteFor', { title: conversation.title })} small onPress={() => dispatch({ kind: 'dialog-opened', dialog: { kind: 'delete-conversation', conversation: conversation.id, title: conversation.title } })}><Trash2 aria-hidden /></IconButton>
          </GridListItem>
        )}
      </GridList>
    </Virtualizer>
  )
}
