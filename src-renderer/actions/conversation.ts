import type { Answer, AnswerId, ConversationId } from '../../src-main/contract/answer'
import type { DocumentId } from '../../src-main/contract/document'
import { layoutMode } from '../state/layout'
import { heldQuestion, isBusy, modeFor, onlyDocument, runningAnswer, scopeDocuments } from '../state/conversation'
import { t } from '../locales/words'
import type { ReaderActions } from './reader'
import { ask, askOrTell, tell, type World } from './world'

export interface ConversationActions {
  readonly refresh: () => Promise<void>
  /** Asks now, or as soon as there is a document to ask about. */
  readonly ask: (question: string) => Promise<void>
  /** Asks the question that waits for a document, where there is one now. */
  readonly askHeld: () => Promise<void>
  readonly askAgain: (answer: Answer) => Promise<void>
  /** Stops the answer; a question that waits for a document goes back into the box. */
  readonly stop: () => Promise<void>
  readonly open: (conversation: ConversationId) => Promise<void>
  readonly reread: () => Promise<void>
  readonly remove: (conversation: ConversationId) => Promise<void>
  readonly start: () => void
  readonly copy: (answer: AnswerId) => Promise<void>
  readonly exportAnswer: (answer: AnswerId) => Promise<void>
  readonly exportAll: () => Promise<void>
  readonly openCitation: (answer: Answer, index: number) => Promise<void>
}

export function conversationActions(world: World, reader: ReaderActions): ConversationActions {
  const { store } = world
  return {
    refresh: async () => {
      const listed = await askOrTell(world, 'conversation/list')
      if (listed !== null) store.dispatch({ kind: 'conversations-listed', conversations: listed.value })
    },
    ask: (question) => askQuestion(world, question),
    askHeld: () => askHeld(world),
    askAgain: (answer) => askQuestion(world, answer.question),
    stop: async () => {
      const { conversation } = store.get()
      if (heldQuestion(conversation) !== null) return store.dispatch({ kind: 'question-taken-back' })
      const running = runningAnswer(conversation)
      if (running !== null) await askOrTell(world, 'answer/cancel', running.id)
    },
    open: async (conversation) => {
      const opened = await askOrTell(world, 'conversation/open', conversation)
      if (opened === null) return
      store.dispatch({ kind: 'conversation-opened', conversation: opened.value })
      const [first] = opened.value.documents
      if (first !== undefined && store.get().library.documents.some(({ id }) => id === first) && store.get().reader.document !== first) await reader.open(first)
    },
    reread: async () => {
      const { open } = store.get().conversation
      const opened = open === null ? null : await ask(world, 'conversation/open', open)
      if (opened?.ok === true) store.dispatch({ kind: 'conversation-reread', conversation: opened.value })
    },
    remove: async (conversation) => {
      if ((await askOrTell(world, 'conversation/delete', conversation)) !== null) store.dispatch({ kind: 'conversation-deleted', conversation })
    },
    start: () => store.dispatch({ kind: 'conversation-started' }),
    openCitation: (answer, index) => openCitation(world, reader, answer, index),
    ...exportActions(world),
  }
}

function exportActions(world: World): Pick<ConversationActions, 'copy' | 'exportAnswer' | 'exportAll'> {
  const saved = (path: string | null): void => {
    if (path !== null) tell(world, t('answer.exported', { path }))
  }
  return {
    copy: async (answer) => {
      const markdown = await askOrTell(world, 'answer/markdown', answer)
      if (markdown === null) return
      await navigator.clipboard.writeText(markdown.value)
      tell(world, t('answer.copied'))
    },
    exportAnswer: async (answer) => saved((await askOrTell(world, 'answer/export', answer))?.value ?? null),
    exportAll: async () => {
      const { open } = world.store.get().conversation
      if (open !== null) saved((await askOrTell(world, 'conversation/export', open))?.value ?? null)
    },
  }
}

async function askQuestion(world: World, typed: string): Promise<void> {
  const { store } = world
  const question = typed.trim()
  const { conversation, reader } = store.get()
  if (question === '' || isBusy(conversation)) return
  const documents = scopeDocuments(conversation.scope, reader.document)
  if (documents === null) store.dispatch({ kind: 'asked', question, state: 'held' })
  else await sendQuestion(world, question, documents)
}

async function askHeld(world: World): Promise<void> {
  const { conversation, reader } = world.store.get()
  const question = heldQuestion(conversation)
  const documents = scopeDocuments(conversation.scope, reader.document)
  if (question !== null && documents !== null) await sendQuestion(world, question, documents)
}

/** @param documents empty for all that are ready */
async function sendQuestion(world: World, question: string, documents: readonly DocumentId[]): Promise<void> {
  const { store } = world
  const { conversation, readings } = store.get()
  const only = onlyDocument(documents)
  const mode = modeFor(conversation.mode, only, only === null ? undefined : readings.get(only))
  store.dispatch({ kind: 'asked', question, state: 'sent' })
  const started = await ask(world, 'answer/start', { conversation: conversation.open, documents, text: question, mode })
  if (started.ok) store.dispatch({ kind: 'answer-started', answer: started.value })
  else store.dispatch({ kind: 'ask-failed', question, message: started.failure.message })
}

async function openCitation(world: World, reader: ReaderActions, answer: Answer, index: number): Promise<void> {
  const citation = answer.citations[index]
  if (citation === undefined) return
  world.store.dispatch({ kind: 'citation-chosen', answer: answer.id, index })
  if (layoutMode(world.store.get().layout.windowWidth) === 'tabs') world.store.dispatch({ kind: 'tab-chosen', tab: 'reader' })
  await reader.open(citation.document, citation.span.start.unit, citation.span)
}
