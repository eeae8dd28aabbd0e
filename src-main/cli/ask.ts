import { writeFile } from 'node:fs/promises'
import type { Answer, Retrieval, Sampling } from '../contract/answer'
import { FailureError } from '../contract/failure'
import type { DocumentSummary } from '../contract/library'
import { answerToMarkdown } from '../export/markdown'
import { failureJson, type Command, type CommandWorld, type ExitCode } from './command'
import { documentsNamed, failureError } from './documents'
import { answerJson } from './json'
import { placeText } from './lines'

function samplingOf({ options }: CommandWorld): Partial<Sampling> {
  return {
    ...(options.temperature === null ? {} : { temperature: options.temperature }),
    ...(options.seed === null ? {} : { seed: options.seed }),
    ...(options.tokensMax === null ? {} : { tokensMax: options.tokensMax }),
  }
}

export const askCommand: Command = async (world, args): Promise<ExitCode> => {
  const { options, out, signal } = world
  const importStart = performance.now()
  const { documents, failures, notices } = await documentsNamed(world, args.slice(0, -1))
  const importMilliseconds = Math.round(performance.now() - importStart)
  if (signal.aborted) return 130
  const [failed] = failures
  if (documents.length === 0 && failed !== undefined) throw failureError(failed)

  const answer = await answerQuestion(world, documents, args.at(-1) ?? '')
  if (answer.state === 'failed' && answer.failure !== null) throw failureError(answer.failure)
  if (answer.setAside !== undefined) out.note(answer.setAside)
  if (answer.retrieval !== undefined) out.note(retrievalLine(answer.retrieval))
  answerLines(answer).forEach(out.line)
  out.data({ ...answerJson(answer, importMilliseconds, notices), ...(failed === undefined ? {} : failureJson(failed)) })
  if (options.exportPath !== null) await exportAnswer(answer, options.exportPath)
  if (signal.aborted || answer.state === 'cancelled') return 130
  if (answer.state === 'interrupted') out.note(answer.failure?.message ?? 'The answer was interrupted: what there is of it is above.')
  return answer.state === 'done' && failures.length === 0 ? 0 : 1
}

async function answerQuestion(world: CommandWorld, documents: readonly DocumentSummary[], text: string): Promise<Answer> {
  const { asker } = world.services
  const stop = world.listen('answer/progress', ({ done, total }) => world.out.progress('Reading for the answer', done, total))
  let written = ''
  const stopText = world.listen('answer/delta', ({ at, text: more }) => {
    written = written.slice(0, at) + more
    world.out.status(written)
  })
  const stopStatus = world.listen('engine/changed', ({ status }) => {
    if (status.state === 'loading') world.out.progress(`Loading ${status.model}`, status.fraction, 1)
  })
  try {
    const ids = documents.map((document) => document.id)
    const { mode, memoryBytes, selectedTokens } = world.options
    const chosen = { ...(mode && { mode }), ...(memoryBytes !== null && { memoryBytes }), ...(selectedTokens !== null && { selectedTokens }) }
    const { id } = await asker.start({ conversation: null, documents: ids, text, sampling: samplingOf(world), ...chosen })
    const cancel = (): void => asker.cancel(id)
    world.signal.addEventListener('abort', cancel, { once: true })
    if (world.signal.aborted) cancel()
    return await asker.finished(id)
  } finally {
    stop()
    stopText()
    stopStatus()
    world.out.endProgress()
  }
}

async function exportAnswer(answer: Answer, path: string): Promise<void> {
  await writeFile(path, answerToMarkdown(answer)).catch((cause: unknown) => {
    throw new FailureError('file-unreadable', `“${path}” could not be written. Choose another folder, or check that there is room on the disk.`, { cause })
  })
}

const retrievalLine = ({ budgetTokens, unselected }: Retrieval): string =>
  `Each word of the answer looked at ${budgetTokens} tokens of the text, of its own choice; about ${Math.round(100 * unselected)} % of the model's attention lay elsewhere.`

const coverageLine = ({ title, unitsInView, unitsTotal, paginated }: Answer['coverage']['documents'][number]): string =>
  `In view: ${unitsInView.length} of ${unitsTotal} ${paginated ? 'pages' : 'sections'} of ${title}.`

const modeText: Readonly<Record<Answer['mode'], string>> = { passages: 'passages', whole: 'the whole text', part: 'what is read of the text' }

/** The answer with the numbers of its citations behind each statement, the sources, and what was in view. */
export function answerLines(answer: Answer): readonly string[] {
  let text = ''
  let at = 0
  for (const { range, support } of answer.statements) {
    const markers = new Set(answer.citations.filter(({ statement }) => statement[0] === range[0]).map(({ marker }) => marker))
    const body = answer.text.slice(at, range[1]).trimEnd()
    const sign = markers.size > 0 ? ` ${[...markers].map((marker) => `[${marker}]`).join('')}` : support === 'not-found' ? ' [not found in the text]' : ''
    text += body + sign + answer.text.slice(at + body.length, range[1])
    at = range[1]
  }
  text += answer.text.slice(at)
  const sources = new Map(answer.citations.map((citation) => [citation.marker, citation]))
  return [
    text.trim(),
    '',
    ...[...sources.values()].map((source) => `[${source.marker}] ${source.title}, ${placeText(source)}: “${source.quote.replace(/\s+/gu, ' ').trim()}”`),
    ...answer.coverage.documents.map(coverageLine),
    ...(answer.missingWords.length === 0 ? [] : [`Not in the text: ${answer.missingWords.join(', ')}.`]),
    `Answered by ${answer.model} from ${modeText[answer.mode]}.`,
  ]
}
