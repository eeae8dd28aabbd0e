import { z } from 'zod'
import entries from '../../resources/models.json'

const entrySchema = z.strictObject({
  name: z.string().min(1),
  title: z.string().min(1),
  file: z.string().regex(/^[\w.-]+\.gguf$/),
  architecture: z.string(),
  bytes: z.number().int().positive(),
  context: z.number().int().positive(),
  licence: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  url: z.string().startsWith('https://'),
  recommended: z.boolean(),
  starter: z.boolean(),
})

/** A model that Longleaf knows: where it comes from, and the hash that decides whether it is the one. */
export type CatalogueEntry = Readonly<z.infer<typeof entrySchema>>

export const catalogue: readonly CatalogueEntry[] = z.array(entrySchema).parse(entries)
