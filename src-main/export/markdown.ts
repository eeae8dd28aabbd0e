import type { Answer, Citation, Conversation, Statement } from '../contract/answer'
import { placeOf, rangesOf } from './place'

/** An answer as Markdown with GFM footnotes: title, page label and page of the file, and the quoted sentence. */
export function answerToMarkdown(answer: Answer): string {
  return `${answerSection(answer, '')}\n`
}

/** A conversation: each question a heading, footnotes numbered through by answer (`[^2-1]`). */
export function conversationToMarkdown(conversation: Conversation): string {
  const sections = conversation.history.map((answer, index) => answerSection(answer, `${index + 1}-`))
  return `# ${escapeMarkdown(conversation.title)}\n\n${sections.join('\n\n')}\n`
}

function answerSection(answer: Answer, prefix: string): string {
  const notes = footnotes(answer.citations, prefix)
  return [`## ${escapeMarkdown(oneLine(answer.question))}`, bodyWithNotes(answer, prefix), ...asides(answer), ...(notes === '' ? [] : [notes])].join('\n\n')
}

/** Stands for the n-th note while the text around it is escaped; no text holds a NUL. */
const placeholder = (note: number): string => `\0${note}\0`

function bodyWithNotes(answer: Answer, prefix: string): string {
  const notes = answer.statements.map((statement) => notesOf(answer, statement, prefix))
  let marked = ''
  let at = 0
  answer.statements.forEach(({ range }, index) => {
    marked += answer.text.slice(at, range[1]).replaceAll('\0', '') + placeholder(index)
    at = range[1]
  })
  return escapeMarkdown(marked + answer.text.slice(at).replaceAll('\0', '')).replace(/\0(\d+)\0/gu, (_, index: string) => notes[Number(index)] ?? '')
}

function notesOf(answer: Answer, statement: Statement, prefix: string): string {
  const markers = new Set(answer.citations.filter((citation) => citation.statement[0] === statement.range[0]).map((citation) => citation.marker))
  const notFound = statement.support === 'not-found' ? ' *(not found in the text)*' : ''
  return [...markers].map((marker) => `[^${prefix}${marker}]`).join('') + notFound
}

function footnotes(citations: readonly Citation[], prefix: string): string {
  const byMarker = new Map(citations.map((citation) => [citation.marker, citation]))
  return [...byMarker.values()]
    .sort((a, b) => a.marker - b.marker)
    .map((citation) => {
      const unverified = citation.verified ? '' : ' (not verified)'
      return `[^${prefix}${citation.marker}]: *${escapeMarkdown(oneLine(citation.title))}*, ${escapeMarkdown(placeOf(citation))}: “${escapeMarkdown(oneLine(citation.quote))}”${unverified}`
    })
    .join('\n')
}

function asides(answer: Answer): readonly string[] {
  const coverage = answer.coverage.documents
    .filter((document) => document.unitsInView.length > 0)
    .map(({ title, unitsInView, unitsTotal, paginated }) => `${escapeMarkdown(oneLine(title))}: ${unitsInView.length} of ${unitsTotal} ${paginated ? 'pages' : 'sections'} (${rangesOf(unitsInView)})`)
  return [
    ...(answer.state === 'interrupted' || answer.state === 'cancelled' ? [`*This answer was ${answer.state}.*`] : []),
    ...(coverage.length === 0 ? [] : [`*In view: ${coverage.join('; ')}. ${escapeMarkdown(answer.model)}, ${answer.asked.slice(0, 10)}.*`]),
  ]
}

const oneLine = (text: string): string => text.replace(/\s+/gu, ' ').trim()

/** Text from a document or a model is text: nothing of it becomes markup, a link, an image or HTML. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*_[\]>!|~]/gu, (character) => `\\${character}`)
    .replace(/&/gu, '&amp;')
    .replace(/</gu, '&lt;')
    .replace(/^[^\S\n]+/gmu, '')
    .replace(/^[#+=:-]/gmu, (mark) => `\\${mark}`)
    .replace(/^(\d+)([.)])/gmu, '$1\\$2')
    .replace(/(https?|ftp|mailto|www)(?=[:.])|@/giu, '$&\u200b')
}
