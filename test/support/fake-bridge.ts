import type { Answer, Citation } from '../../src-main/contract/answer'
import type { CallName, Calls } from '../../src-main/contract/calls'
import type { EventName, Events } from '../../src-main/contract/events'
import type { Result } from '../../src-main/contract/failure'
import type { ImportItem } from '../../src-main/contract/imports'
import type { DocumentSummary, UnitMarks } from '../../src-main/contract/library'
import type { ModelSummary } from '../../src-main/contract/model'
import { defaultSettings, type Settings } from '../../src-main/contract/settings'
import type { Bridge } from '../../src-renderer/bridge'

/** What the fake main knows of the book that it serves. */
export interface FakeBook {
  readonly units: number
  readonly labels: readonly string[]
  readonly sentences: readonly { readonly id: string; readonly text: string; readonly unit: number; readonly offset: number; readonly boxes: UnitMarks['boxes'] }[]
  readonly outline: readonly { readonly title: string; readonly level: number; readonly unit: number }[]
}

export interface FakeOptions {
  readonly book: FakeBook
  readonly documents: number
  readonly settings: Partial<Settings>
  /** An import that stands at a share of its pages. */
  readonly importing: boolean
  /** The conversation that is open already, as `done`; or none. */
  readonly answered: boolean
  readonly streamMilliseconds: number
}

const answerText = 'It reached nineteen kilometres above the town bridge, seven kilometres beyond its usual limit. The cause was low rainfall rather than the sea: once the flow drops under four cubic metres a second, each spring tide keeps the ground it gains. The same happened in 1921.'

const summary = (change: Partial<DocumentSummary>): DocumentSummary => ({
  id: 'book', title: 'Tidal Rivers: a field guide', author: 'M. Ferrow', format: 'pdf', fileName: 'tidal-rivers.pdf', path: '/home/reader/books', units: 12, characters: 9000,
  state: 'ready', failure: null, problems: [], notices: [], imported: '2026-11-20T10:00:00Z', hasCover: true, ...change,
})

function documentsOf(options: FakeOptions): DocumentSummary[] {
  if (options.documents === 0) return []
  const known = [
    summary({ units: options.book.units }),
    summary({ id: 'report', title: 'Jahresbericht 2025', author: 'Hafenamt', format: 'docx', units: 9, hasCover: false }),
    summary({ id: 'estuary', title: '河口生态学导论', author: null, units: 286, hasCover: false }),
    summary({ id: 'scan', title: 'Harbour survey 1911 (scan)', author: null, units: 58, state: 'needs-ocr', hasCover: false }),
    summary({ id: 'minutes', title: 'minutes-final.pdf', author: null, units: 0, state: 'needs-password', hasCover: false }),
    summary({ id: 'draft', title: 'draft_v2.pdf', author: null, units: 40, problems: [3, 4, 17].map((unit) => ({ unit, kind: 'unreadable' as const })), hasCover: false }),
    summary({ id: 'broken', title: 'old-ledger.pdf', author: null, units: 0, state: 'failed', failure: { kind: 'truncated', message: 'The file ends in the middle. Ask for it again, or open it where it came from.' }, hasCover: false }),
  ]
  const more = Array.from({ length: Math.max(0, options.documents - known.length) }, (_, index) => summary({ id: `more-${index}`, title: `Tide tables, volume ${index + 1}`, author: 'Harbour office', units: 100 + (index % 300), hasCover: false }))
  return [...known.slice(0, options.documents), ...more]
}

/** A main process that answers from memory: for testing the window without the rest of the app. */
export function fakeBridge(options: FakeOptions): Bridge & { readonly publish: <N extends EventName>(name: N, payload: Events[N]) => void } {
  const listeners = new Map<string, Set<(payload: never) => void>>()
  const publish = <N extends EventName>(name: N, payload: Events[N]): void => listeners.get(name)?.forEach((listener) => listener(payload as never))
  let documents = documentsOf(options)
  let settings: Settings = { ...defaultSettings, ...options.settings }
  let answers: Answer[] = options.answered ? [finish(answerOf(options.book, 1, 'How far did the salt come up the river in 1976, and why?'), options.book)] : []
  let imports: ImportItem[] = [
    ...(options.importing ? [item({ id: 1, fileName: 'Contract bundle.pdf', state: 'importing', unitsDone: 61, unitsTotal: 142 })] : []),
    ...(options.documents > 4 ? [item({ id: 2, fileName: 'minutes-final.pdf', state: 'needs-password', document: 'minutes' })] : []),
  ]
  const stopped = new Set<number>()
  const setImport = (change: ImportItem): void => {
    imports = [...imports.filter(({ id }) => id !== change.id), change]
    publish('import/changed', { items: [change] })
  }
  const setAnswer = (answer: Answer): void => {
    answers = [...answers.filter(({ id }) => id !== answer.id), answer]
    publish('answer/changed', { answer })
  }
  const stream = async (first: Answer): Promise<void> => {
    const wait = (share: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, options.streamMilliseconds * share))
    const whole = finish(first, options.book)
    setAnswer({ ...first, state: 'reading' })
    for (let step = 1; step <= 10 && !stopped.has(first.id); step += 1) {
      publish('answer/progress', { answer: first.id, done: step * 184, total: 1840 })
      await wait(0.05)
    }
    for (let at = 0; at < whole.text.length && !stopped.has(first.id); at += 12) {
      publish('answer/delta', { answer: first.id, at, text: whole.text.slice(at, at + 12) })
      await wait(0.02)
    }
    setAnswer(stopped.has(first.id) ? { ...whole, state: 'cancelled', text: whole.text.slice(0, 60), statements: [], citations: [] } : whole)
  }
  const calls: { [N in CallName]: (...args: Parameters<Calls[N]>) => ReturnType<Calls[N]> } = {
    'library/list': () => documents,
    'library/search': ({ text }) => options.book.sentences.filter((sentence) => sentence.text.toLowerCase().includes(text.toLowerCase())).map((sentence) => {
      const start = sentence.text.toLowerCase().indexOf(text.toLowerCase())
      return { ...placeOf(options.book, sentence.unit), document: 'book', title: 'Tidal Rivers: a field guide', snippet: sentence.text, matches: [[start, start + text.length] as const], span: spanOf(sentence) }
    }),
    'library/delete': (document) => {
      documents = documents.filter(({ id }) => id !== document)
    },
    'document/open': (document) => {
      const found = documents.find(({ id }) => id === document) ?? summary({})
      return { summary: found, labels: found.format === 'pdf' ? options.book.labels : Array.from({ length: found.units }, () => null), outline: options.book.outline }
    },
    'document/text': () => [],
    'document/blocks': () => options.book.sentences.map((sentence, index) => ({
      kind: index % 7 === 0 ? 'heading' : 'paragraph', level: index % 7 === 0 ? 1 + (index % 2) : 0, path: [], paragraph: index, text: sentence.text, ...spanOf(sentence),
    })),
    'document/marks': (_document, spans) => spans.flatMap((span) => options.book.sentences.filter((sentence) => sentence.unit === span.start.unit && sentence.offset === span.start.offset).map(({ unit, boxes }) => ({ unit, boxes }))),
    'document/find': (_document, text) => options.book.sentences.filter((sentence) => sentence.text.toLowerCase().includes(text.toLowerCase())).map(spanOf),
    'document/forecast': () => ({ model: 'GLM-4-9B-Chat', tokens: 118_000, seconds: 840, memoryBytes: 7.9e9, diskBytes: 2.6e9, mode: 'resident', basis: 'measured', obstacle: null }),
    'reading/states': () => [],
    'reading/start': () => undefined,
    'reading/pause': () => undefined,
    'reading/resume': () => undefined,
    'reading/cancel': () => undefined,
    'reading/move': () => undefined,
    'reading/front': () => undefined,
    'reading/choices': () => ({ tokens: 118_000, tokensMax: 126_000, chapters: [], unitTokens: [], cost: { secondsEach: 0.01, secondsSquare: 0, diskBytesEach: 12_288 }, largerModel: null }),
    'reading/list': () => ({ readings: [], quotaBytes: 64e9 }),
    'reading/delete': () => undefined,
    'import/start': () => [],
    'import/choose': () => [],
    'import/sample': () => {
      documents = documentsOf({ ...options, documents: 1 }).map((document) => ({ ...document, fileName: 'longleaf-sample.pdf' }))
      setTimeout(() => setImport(item({ id: 9, fileName: 'longleaf-sample.pdf', state: 'importing', unitsDone: 4, unitsTotal: 12 })), 50)
      setTimeout(() => setImport(item({ id: 9, fileName: 'longleaf-sample.pdf', state: 'done', document: 'book', unitsDone: 12, unitsTotal: 12 })), 400)
      return 9
    },
    'import/list': () => imports,
    'import/cancel': (id) => setImport(item({ ...imports.find((known) => known.id === id), id, state: 'cancelled' })),
    'import/password': (id, password) => {
      const known = imports.find((candidate) => candidate.id === id)
      if (password === 'salt') {
        documents = documents.map((document) => (document.id === known?.document ? { ...document, state: 'ready', units: 4 } : document))
        setImport(item({ ...known, id, state: 'done' }))
      } else setImport(item({ ...known, id, state: 'needs-password', failure: { kind: 'password-wrong', message: 'That password does not open it.' } }))
    },
    'import/dismiss': () => undefined,
    'conversation/list': () => (answers.length === 0 ? [] : [{ id: 1, title: 'Salt limit in dry years', documents: ['book'], answers: answers.length, updated: '2026-11-25T12:00:00Z' }]),
    'conversation/open': () => ({ id: 1, title: 'Salt limit in dry years', documents: ['book'], answers: answers.length, updated: '2026-11-25T12:00:00Z', history: answers }),
    'conversation/delete': () => {
      answers = []
    },
    'answer/start': ({ text }) => {
      const answer = answerOf(options.book, answers.length + 1, text)
      answers = [...answers, answer]
      void stream(answer)
      return answer
    },
    'answer/cancel': (answer) => void stopped.add(answer),
    'answer/export': () => '/home/reader/answer.md',
    'conversation/export': () => '/home/reader/conversation.md',
    'answer/markdown': (id) => answers.find((answer) => answer.id === id)?.text ?? '',
    'model/list': () => fakeModels,
    'model/choose': () => undefined,
    'model/get': () => undefined,
    'model/pause': () => undefined,
    'model/discard': () => undefined,
    'model/delete': () => undefined,
    'model/choose-file': () => null,
    'model/inspect': (path) => ({ state: 'refused', path, failure: { kind: 'model-invalid', message: 'It is not a GGUF model.' } }),
    'model/import': () => fakeModels[0],
    'model/cancel-import': () => undefined,
    'licence/read': (id) => ({ id, title: 'The glm-4-9b License', url: 'https://licence.example', text: 'Free for research.', accepted: null }),
    'licence/accept': () => undefined,
    'engine/devices': () => [],
    'engine/status': () => ({ state: 'ready', model: 'starter', starter: true, computing: { layers: 1, devices: [], notice: null } }),
    'settings/read': () => settings,
    'settings/write': (change) => {
      settings = { ...settings, ...change }
      return settings
    },
  }
  return {
    publish,
    call: async <N extends CallName>(name: N, ...args: Parameters<Calls[N]>): Promise<Result<ReturnType<Calls[N]>>> =>
      ({ ok: true, value: structuredClone(calls[name](...args)) }),
    subscribe: (name, listener) => {
      const heard = listeners.get(name) ?? new Set()
      listeners.set(name, heard.add(listener))
      return () => void heard.delete(listener)
    },
    pathsOf: (files) => Array.from(files, (file) => ({ kind: 'path', path: `/home/reader/${file.name}` })),
  }
}

const item = (change: Partial<ImportItem>): ImportItem => ({ id: 0, fileName: '', path: '', state: 'queued', unitsDone: 0, unitsTotal: 0, document: null, known: false, failure: null, ...change })

const modelOf = (change: Pick<ModelSummary, 'name' | 'title'> & Partial<ModelSummary>): ModelSummary => ({
  family: change.title, architecture: 'chatglm', quantisation: 'Q4_K_M', bytes: 6_250_926_848, bytesExact: true, context: 131_072, kvBytesPerToken: 40_960,
  memoryBytes: 6_986_471_168, memoryTokens: 8_192, madeBy: 'THUDM', packagedBy: 'bartowski', licence: 'GLM-4', licenceToAccept: 'glm-4', origin: 'catalogue',
  installed: false, removable: false, recommended: false, advice: { kind: 'fits', tokens: 131_072, why: null }, starter: false, download: null, ...change,
})
const fakeModels = [
  modelOf({
    name: 'starter', title: 'SmolLM2 135M', architecture: 'llama', quantisation: 'Q4_1', bytes: 98_362_432, context: 8192, kvBytesPerToken: 23_040, licence: 'Apache-2.0',
    licenceToAccept: null, installed: true, starter: true,
  }),
  modelOf({ name: 'glm-4-9b-chat-q4_k_m', title: 'GLM-4-9B-Chat', recommended: true, advice: { kind: 'fits', tokens: 131_072, why: 'first-choice' } }),
] as const

type Sentence = FakeBook['sentences'][number]
const spanOf = ({ unit, offset, text }: Sentence): Citation['span'] => ({ start: { unit, offset }, end: { unit, offset: offset + text.length } })
const placeOf = (book: FakeBook, unit: number): Pick<Citation, 'unit' | 'page' | 'pageLabel' | 'section' | 'paragraph'> => ({ unit, page: unit + 1, pageLabel: book.labels[unit] ?? null, section: ['4.2 Where the salt stops'], paragraph: 2 })

function answerOf(book: FakeBook, id: number, question: string): Answer {
  return {
    id, conversation: 1, question, text: '', state: 'waiting', failure: null, model: 'starter', mode: 'passages', statements: [], citations: [], missingWords: [],
    coverage: { documents: [{ document: 'book', title: 'Tidal Rivers: a field guide', unitsInView: [2, 3, 4, 9], unitsTotal: book.units, paginated: true }], complete: false },
    tokens: { reused: 0, prefilled: 0, generated: 0 }, milliseconds: { prefill: 0, firstToken: 0, total: 0 }, asked: '2026-11-25T12:00:00Z',
  }
}

function finish(answer: Answer, source: FakeBook): Answer {
  const ends = [answerText.indexOf('. The cause') + 1, answerText.indexOf(' The same'), answerText.length]
  const starts = [0, (ends[0] ?? 0) + 1, (ends[1] ?? 0) + 1]
  const cited = ['salt', 'rain'].flatMap((id, index): Citation[] => {
    const sentence = source?.sentences.find((candidate) => candidate.id === id)
    if (sentence === undefined) return []
    return [{ ...placeOf(source, sentence.unit), marker: index + 1, statement: [starts[index] ?? 0, ends[index] ?? 0], document: 'book', title: 'Tidal Rivers: a field guide', span: spanOf(sentence), quote: sentence.text, verified: true }]
  })
  return {
    ...answer, state: 'done', text: answerText, citations: cited,
    statements: starts.map((start, index) => ({ range: [start, ends[index] ?? 0], support: index < 2 ? 'cited' : 'not-found' })),
    tokens: { reused: 0, prefilled: 1840, generated: 61 }, milliseconds: { prefill: 4100, firstToken: 4300, total: 6100 },
  }
}
