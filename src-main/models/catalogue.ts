import { z } from 'zod'
import entries from '../../resources/models.json'
import { licenceIds } from '../contract/model'

const count = z.number().int().positive()

const entrySchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9_-]*$/),
  title: z.string().min(1),
  family: z.string().min(1),
  architecture: z.string(),
  quantisation: z.string(),
  context: count,
  shape: z.strictObject({ layers: count, kvHeads: count, headSize: count }),
  bytes: count,
  /** False where only a rounded size was published. */
  bytesExact: z.boolean(),
  /** Null where nobody has published it: then what the server announces for the file decides. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/).nullable(),
  repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
  revision: z.string().regex(/^(main|[0-9a-f]{40})$/),
  file: z.string().regex(/^[\w.-]+\.gguf$/),
  madeBy: z.string(),
  packagedBy: z.string(),
  licence: z.string(),
  licenceToAccept: z.enum(licenceIds).nullable(),
  /** Order in which models are recommended; null for those that never are. */
  rank: z.number().int().nullable(),
  starter: z.boolean(),
})

/** A file that Longleaf knows: where it comes from, what it needs, and the hash that decides whether it is the one. */
export type CatalogueEntry = Readonly<z.infer<typeof entrySchema>>

export const catalogue: readonly CatalogueEntry[] = z.array(entrySchema).parse(entries)
