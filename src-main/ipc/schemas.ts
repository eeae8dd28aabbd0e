import { z } from 'zod'
import { answerModes } from '../contract/answer'
import type { CallName, Calls } from '../contract/calls'
import { licenceIds } from '../contract/model'
import { documentId } from '../document-id'
import { settingsChange } from '../settings/settings'

const document = z.string().regex(documentId)
const id = z.number().int().positive().max(Number.MAX_SAFE_INTEGER)
const count = z.number().int().nonnegative().max(0xffff_ffff)
const position = z.strictObject({ unit: count, offset: count })
const span = z.strictObject({ start: position, end: position })
const line = z.string().max(2_000)

/** No person chooses that many files one by one; a folder counts as one. */
const sourcesMax = 10_000

const path = z.string().min(1).max(32_768)
const modelName = z.string().min(1).max(200)

const source = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('path'), path }),
  z.strictObject({ kind: z.literal('bytes'), name: line, bytes: z.instanceof(Uint8Array) }),
])

const sampling = z.strictObject({
  temperature: z.exactOptional(z.number().min(0).max(5)),
  topK: z.exactOptional(z.number().int().min(0).max(1_000_000)),
  topP: z.exactOptional(z.number().gt(0).max(1)),
  minP: z.exactOptional(z.number().min(0).max(1)),
  repetitionPenalty: z.exactOptional(z.number().min(0.5).max(2)),
  presencePenalty: z.exactOptional(z.number().min(-10).max(10)),
  seed: z.exactOptional(z.number().int().min(0).max(0xffff_ffff)),
  tokensMax: z.exactOptional(z.number().int().min(1).max(1_000_000)),
})

const unitRange = z.tuple([count, count]).refine(([first, last]) => first <= last)
const scope = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('whole') }),
  z.strictObject({ kind: z.literal('units'), units: z.array(unitRange).min(1).max(10_000) }),
])

const question = z.strictObject({
  conversation: id.nullable(),
  documents: z.array(document).max(10_000),
  text: z.string().min(1).max(20_000),
  mode: z.enum(answerModes).optional(),
  sampling: sampling.optional(),
})

const query = z.strictObject({ text: line, documents: z.array(document).max(10_000).optional(), limit: z.number().int().min(1).max(1_000).optional() })

/** The arguments that each call takes: what does not fit is refused before a handler sees it. */
export const argumentSchemas: { readonly [Name in CallName]: z.ZodType<Parameters<Calls[Name]>> } = {
  'library/list': z.tuple([]),
  'library/search': z.tuple([query]),
  'library/delete': z.tuple([document]),
  'document/open': z.tuple([document]),
  'document/text': z.tuple([document]),
  'document/blocks': z.tuple([document]),
  'document/marks': z.tuple([document, z.array(span).max(10_000)]),
  'document/find': z.tuple([document, line]),
  'document/forecast': z.tuple([document]),
  'reading/states': z.tuple([]),
  'reading/start': z.tuple([document, scope]),
  'reading/pause': z.tuple([document]),
  'reading/resume': z.tuple([document]),
  'reading/cancel': z.tuple([document]),
  'reading/move': z.tuple([document, document.nullable()]),
  'reading/front': z.tuple([document.nullable()]),
  'reading/choices': z.tuple([document]),
  'reading/list': z.tuple([]),
  'reading/delete': z.tuple([line]),
  'import/start': z.tuple([z.array(source).max(sourcesMax)]),
  'import/choose': z.tuple([]),
  'import/sample': z.tuple([]),
  'import/list': z.tuple([]),
  'import/cancel': z.tuple([id]),
  'import/password': z.tuple([id, z.string().max(1_000)]),
  'import/dismiss': z.tuple([id]),
  'conversation/list': z.tuple([]),
  'conversation/open': z.tuple([id]),
  'conversation/delete': z.tuple([id]),
  'answer/start': z.tuple([question]),
  'answer/cancel': z.tuple([id]),
  'answer/export': z.tuple([id]),
  'conversation/export': z.tuple([id]),
  'answer/markdown': z.tuple([id]),
  'model/list': z.tuple([]),
  'model/choose': z.tuple([z.string().min(1).max(4096)]),
  'model/get': z.tuple([modelName]),
  'model/pause': z.tuple([modelName]),
  'model/discard': z.tuple([modelName]),
  'model/delete': z.tuple([modelName]),
  'model/choose-file': z.tuple([]),
  'model/inspect': z.tuple([path]),
  'model/import': z.tuple([path, z.enum(['copy', 'in-place'])]),
  'model/cancel-import': z.tuple([modelName]),
  'licence/read': z.tuple([z.enum(licenceIds)]),
  'licence/accept': z.tuple([z.enum(licenceIds)]),
  'engine/status': z.tuple([]),
  'engine/devices': z.tuple([]),
  'settings/read': z.tuple([]),
  'settings/write': z.tuple([settingsChange]),
}
