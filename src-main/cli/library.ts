import { FailureError } from '../contract/failure'
import { isPaginated } from '../contract/document'
import type { DocumentSummary } from '../contract/library'
import { displayName } from '../import/file-name'
import type { Services } from '../services'
import type { Command } from './command'
import { blockJson, listedJson, outlineJson, pageJson, searchJson } from './json'
import { blockLines, detailLines, documentLine, outlineLines, pageLines, searchLines } from './lines'

/** A document by its id or an unambiguous beginning of it. */
export async function findDocument({ library }: Pick<Services, 'library'>, id: string): Promise<DocumentSummary> {
  const found = /^[0-9a-f]{4,64}$/i.test(id) ? await library.find(id.toLowerCase()) : null
  if (found === null) throw new FailureError('not-found', `There is no document “${displayName(id)}” in the library. “longleaf list” shows those that there are.`, { document: id })
  return found
}

export const listCommand: Command = async ({ services, out }) => {
  const documents = await services.library.list()
  documents.forEach((document) => out.line(documentLine(document)))
  if (documents.length === 0) out.note('The library is empty. Add a document with “longleaf import FILE”.')
  if (!out.json) return 0
  const readings = await services.readings.list()
  out.data({ documents: documents.map((document) => listedJson(document, readings)) })
  return 0
}

export const showCommand: Command = async ({ services, options, out }, [id = '']) => {
  const { library } = services
  const document = await findDocument(services, id)
  const detail = await library.detail(document.id)
  const paginated = isPaginated(document.format)
  const everything = !options.text && !options.outline
  const wantsText = options.text || (everything && out.json)
  const pages = wantsText && paginated ? await library.text(document.id) : []
  const blocks = wantsText && (out.json || !paginated) ? await library.blocks(document.id) : []
  if (everything) detailLines(detail).forEach(out.line)
  if (options.outline || everything) outlineLines(detail).forEach(out.line)
  if (options.text) (paginated ? pages.map(pageLines) : blocks.map(blockLines)).forEach(out.line)
  out.data({
    document: listedJson(document, out.json ? await services.readings.list() : []),
    pages: pages.map(pageJson),
    outline: outlineJson(document, detail.outline),
    blocks: blocks.map(blockJson),
  })
  return 0
}

export const deleteCommand: Command = async ({ services, out }, [id = '']) => {
  const document = await findDocument(services, id)
  await services.deleteDocument(document.id)
  out.line(`Deleted: ${documentLine(document)}`)
  out.data({ document: listedJson(document, []) })
  return 0
}

export const searchCommand: Command = async ({ services, out }, words) => {
  const text = words.join(' ')
  const results = await services.library.search({ text })
  results.forEach((result) => out.line(searchLines(result)))
  if (results.length === 0) out.note('Nothing was found.')
  out.data({ results: results.map(searchJson) })
  return 0
}
