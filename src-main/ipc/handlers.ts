import { FailureError } from '../contract/failure'
import type { ImportSource } from '../contract/imports'
import { answerToMarkdown, conversationToMarkdown } from '../export/markdown'
import { displayName } from '../import/file-name'
import type { Services } from '../services'
import { createModelHandlers } from './model-handlers'
import { createReadingHandlers } from './reading-handlers'
import type { Handlers } from './serve'

/** What only a window can do: the system's dialogs, and writing where the person said. */
export interface Dialogs {
  /** Files or folders that the person chose; empty where they cancelled. */
  chooseFiles(): Promise<readonly string[]>
  /** A model file that the person chose; null where they cancelled. */
  chooseModelFile(): Promise<string | null>
  /** Asks where to save, and writes; the path, or null where the person cancelled. */
  saveText(suggestedName: string, text: string): Promise<string | null>
}

/** Paths that the person gave by hand: the page may have these imported, and no others. */
export interface Grants {
  add(path: string): void
  has(path: string): boolean
}

const grantsMax = 100_000

export function createGrants(): Grants {
  const paths = new Set<string>()
  return {
    add(path) {
      if (paths.size < grantsMax) paths.add(path)
    },
    has: (path) => paths.has(path),
  }
}

export interface HandlersWorld {
  readonly services: Services
  readonly dialogs: Dialogs
  readonly grants: Grants
  readonly samplePath: string
}

const titleMax = 60
const exportName = (title: string): string => `${Array.from(displayName(title).replace(/[<>:"|?*.]/g, ' ')).slice(0, titleMax).join('').trim() || 'Longleaf'}.md`

/** The jobs behind the window's calls, each a thin line to the service that does it. */
export function createHandlers({ services, dialogs, grants, samplePath }: HandlersWorld): Handlers {
  const { library, imports, engine, settings, asker } = services
  const checkPath = (path: string): void => {
    if (!grants.has(path)) throw new FailureError('invalid-request', 'Only files that were dropped, pasted or chosen can be added.')
  }
  const checkGrant = (source: ImportSource): void => {
    if (source.kind === 'path') checkPath(source.path)
  }
  const answerOf = async (id: number) => {
    const answer = await library.answer(id)
    if (answer === null) throw new FailureError('not-found', 'That answer is no longer in the library.')
    return answer
  }
  const conversationOf = async (id: number) => {
    const conversation = await library.conversation(id)
    if (conversation === null) throw new FailureError('not-found', 'That conversation is no longer in the library.')
    return conversation
  }

  return {
    'library/list': () => library.list(),
    'library/search': (query) => library.search(query),
    'library/delete': (document) => services.deleteDocument(document),
    'document/open': (document) => library.detail(document),
    'document/text': (document) => library.text(document),
    'document/blocks': (document) => library.blocks(document),
    'document/marks': (document, spans) => library.marks(document, spans),
    'document/find': (document, text) => library.findText(document, text),
    'document/forecast': (document) => services.forecaster.forecast(document),
    'import/start'(sources) {
      sources.forEach(checkGrant)
      return imports.start(sources)
    },
    'import/choose': async () => imports.start((await dialogs.chooseFiles()).map((path) => ({ kind: 'path', path }))),
    async 'import/sample'() {
      const [id] = await imports.start([{ kind: 'path', path: samplePath }])
      if (id === undefined) throw new FailureError('not-found', 'The sample document is missing from this installation.')
      return id
    },
    'import/list': () => imports.list(),
    'import/cancel': (item) => imports.cancel(item),
    'import/password': (item, password) => imports.password(item, password),
    'import/dismiss': (item) => imports.dismiss(item),
    'conversation/list': () => library.conversations(),
    'conversation/open': (conversation) => conversationOf(conversation),
    'conversation/delete': (conversation) => services.deleteConversation(conversation),
    'answer/start'(question) {
      const { memoryBytes, selectedTokens } = settings.read()
      return asker.start({ ...question, ...(memoryBytes !== null && { memoryBytes }), ...(selectedTokens !== null && { selectedTokens }) })
    },
    'answer/cancel': (answer) => asker.cancel(answer),
    async 'answer/export'(id) {
      const answer = await answerOf(id)
      return dialogs.saveText(exportName(answer.question), answerToMarkdown(answer))
    },
    async 'conversation/export'(id) {
      const conversation = await conversationOf(id)
      return dialogs.saveText(exportName(conversation.title), conversationToMarkdown(conversation))
    },
    'answer/markdown': async (id) => answerToMarkdown(await answerOf(id)),
    ...createReadingHandlers(services),
    ...createModelHandlers({ services, dialogs, checkPath, grants }),
    'engine/status': () => engine.status,
    'engine/devices': () => engine.devices(),
    'settings/read': () => settings.read(),
    async 'settings/write'(change) {
      const written = await settings.write(change)
      // A model that is loaded goes to the device that is chosen now; how it goes is told by the engine's status.
      if (change.device !== undefined && engine.facts !== null) {
        services.models.resolve(written.model).then((model) => engine.load(model.path)).catch(() => undefined)
      }
      return written
    },
  }
}
