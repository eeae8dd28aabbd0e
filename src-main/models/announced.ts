import type { IncomingHttpHeaders } from 'node:http'
import { z } from 'zod'

/** What a server says of a file before it sends it; null where it says nothing. */
export interface Announced {
  readonly bytes: number | null
  /** Lower-case hex. */
  readonly sha256: string | null
}

const single = (value: string | string[] | undefined): string => (Array.isArray(value) ? value[0] : value) ?? ''
const wholeNumber = (text: string): number | null => (/^\d{1,15}$/.test(text) ? Number(text) : null)
const hashIn = (etag: string): string | null => /^(?:W\/)?"?([0-9a-f]{64})"?$/.exec(etag)?.[1] ?? null

/**
 * Read from the headers of the hub's own answer, which knows a large file by its SHA-256 (X-Linked-ETag, X-Linked-Size). A mirror that sends
 * the file itself may use the same hash as its ETag.
 */
export function announcedBy(headers: IncomingHttpHeaders): Announced {
  return {
    bytes: wholeNumber(single(headers['x-linked-size'])),
    sha256: hashIn(single(headers['x-linked-etag'])) ?? hashIn(single(headers.etag)),
  }
}

const listSchema = z.array(z.object({ path: z.string(), lfs: z.object({ oid: z.string(), size: z.number().int().positive() }).optional() }))

/** The same from the hub's list of files, for a server whose answers carry no such headers. */
export function announcedInList(list: unknown, file: string): Announced {
  const parsed = listSchema.safeParse(list)
  const entry = parsed.success ? parsed.data.find(({ path }) => path === file) : undefined
  return { bytes: entry?.lfs?.size ?? null, sha256: hashIn(entry?.lfs?.oid ?? '') }
}
