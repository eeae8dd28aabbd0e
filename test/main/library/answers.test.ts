import { expect, test } from 'vitest'
import type { Answer } from '../../../src-main/contract/answer'
import type { ImportItem } from '../../../src-main/contract/imports'
import { buildDocument, store } from '../../support/documents'
import { inFolder, openHere } from '../../support/library'

const blank: Omit<Answer, 'id' | 'conversation'> = {
  question: 'Where does the heron wait?', text: '', state: 'waiting', failure: null, model: 'starter', mode: 'passages', statements: [], citations: [],
  coverage: { documents: [], complete: false }, missingWords: [],
  tokens: { reused: 0, prefilled: 0, generated: 0 }, milliseconds: { prefill: 0, firstToken: 0, total: 0 },
  asked: '2026-11-25T10:00:00.000Z',
}

test('a conversation keeps its answers in the order of asking, whatever the clock said', () => inFolder(async (folder) => {
  const library = await openHere(folder)
  const conversation = await library.startConversation('Herons', ['a'.repeat(64)])
  const first = await library.addAnswer({ ...blank, conversation, asked: '2038-01-19T03:14:08.000Z' })
  const second = await library.addAnswer({ ...blank, conversation, question: 'And when?', asked: '1970-01-01T00:00:00.000Z' })
  const done: Answer = {
    ...blank, id: first, conversation, state: 'done', text: 'By the weir.', missingWords: ['zebra'], statements: [{ range: [0, 12], support: 'cited' }],
    citations: [{
      marker: 1, statement: [0, 12], document: 'a'.repeat(64), title: 'Birds', span: { start: { unit: 0, offset: 0 }, end: { unit: 0, offset: 5 } }, quote: 'The heron', verified: true,
      unit: 0, page: 1, pageLabel: 'i', section: ['1'], paragraph: 2,
    }],
  }
  await library.saveAnswer(done)
  expect(await library.answer(first)).toEqual(done)
  expect(await library.answer(999)).toBeNull()
  expect((await library.conversation(conversation))?.history.map(({ id }) => id)).toEqual([first, second])
  expect(await library.conversations()).toEqual([{ id: conversation, title: 'Herons', documents: ['a'.repeat(64)], answers: 2, updated: '1970-01-01T00:00:00.000Z' }])
  await library.close()
}))

test('the conversation asked in last comes first; one that is deleted takes its answers along', () => inFolder(async (folder) => {
  const library = await openHere(folder)
  const older = await library.startConversation('Older', [])
  const newer = await library.startConversation('Newer', [])
  const answer = await library.addAnswer({ ...blank, conversation: newer })
  await library.addAnswer({ ...blank, conversation: older })
  expect((await library.conversations()).map(({ title }) => title)).toEqual(['Older', 'Newer'])
  await library.deleteConversation(newer)
  expect(await library.conversation(newer)).toBeNull()
  expect(await library.answer(answer)).toBeNull()
  await library.saveAnswer({ ...blank, id: answer, conversation: newer, text: 'late words' })
  expect(await library.answer(answer)).toBeNull()
  await expect(library.addAnswer({ ...blank, conversation: newer })).rejects.toMatchObject({ failure: { kind: 'not-found' } })
  await library.close()
}))

test('answers that were under way when the program ended are interrupted at the next start, with their text', () => inFolder(async (folder) => {
  const library = await openHere(folder)
  const conversation = await library.startConversation('Herons', [])
  const ids: number[] = []
  for (const state of ['waiting', 'reading', 'writing', 'done', 'cancelled', 'failed'] as const) ids.push(await library.addAnswer({ ...blank, conversation, state, text: `text of ${state}` }))
  await library.close()
  const again = await openHere(folder)
  const history = (await again.conversation(conversation))?.history ?? []
  expect(history.map(({ state, text }) => [state, text])).toEqual([
    ['interrupted', 'text of waiting'], ['interrupted', 'text of reading'], ['interrupted', 'text of writing'],
    ['done', 'text of done'], ['cancelled', 'text of cancelled'], ['failed', 'text of failed'],
  ])
  await again.close()
}))

test('answers about a deleted document stay readable', () => inFolder(async (folder) => {
  const library = await openHere(folder)
  const { id } = await store(library, buildDocument(['The heron waits.']))
  const conversation = await library.startConversation('Herons', [id])
  const answer = await library.addAnswer({ ...blank, conversation, state: 'done', text: 'It waits.' })
  await library.delete(id)
  expect((await library.answer(answer))?.text).toBe('It waits.')
  expect((await library.conversation(conversation))?.documents).toEqual([id])
  await library.close()
}))

const item: Omit<ImportItem, 'id'> = { fileName: 'a.pdf', path: '/home/reader/a.pdf', state: 'queued', unitsDone: 0, unitsTotal: 0, document: null, known: false, failure: null }

test('the import queue survives a restart: what was under way waits again, what was finished is gone', () => inFolder(async (folder) => {
  const library = await openHere(folder)
  const waiting = await library.enqueue(item)
  const running = await library.enqueue({ ...item, fileName: 'b.pdf' })
  await library.updateQueue({ ...running, state: 'importing', unitsDone: 7, unitsTotal: 9 })
  const done = await library.enqueue({ ...item, fileName: 'c.pdf', state: 'done' })
  const failed = await library.enqueue({ ...item, fileName: 'd.pdf', state: 'failed', failure: { kind: 'damaged', message: 'It is damaged.' } })
  expect((await library.queue()).map(({ id }) => id)).toEqual([waiting.id, running.id, done.id, failed.id])
  await library.close()
  const again = await openHere(folder)
  expect(await again.queue()).toEqual([waiting, { ...running, state: 'queued', unitsDone: 0, unitsTotal: 9 }, failed])
  await again.dequeue(waiting.id)
  const next = await again.enqueue(item)
  expect(next.id).toBeGreaterThan(failed.id)
  await again.close()
}))

test('settings are kept by name; others stay as they are', () => inFolder(async (folder) => {
  const library = await openHere(folder)
  expect(await library.readSettings()).toEqual({})
  await library.writeSettings({ theme: 'dark', libraryWidth: 300 })
  await library.writeSettings({ theme: 'light', dimPages: true, libraryWidth: undefined })
  await library.close()
  const again = await openHere(folder)
  expect(await again.readSettings()).toEqual({ theme: 'light', dimPages: true })
  await again.close()
}))
