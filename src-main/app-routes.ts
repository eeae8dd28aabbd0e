import { documentId } from './document-id'
import type { StoredFiles } from './import/stored-files'
import type { Library } from './library/library'
import { typeOf, type AppRoute } from './protocol'

/** `app://longleaf/document/<id>`: the stored file's own bytes. */
export const documentRoute = (files: () => StoredFiles | null): AppRoute => async ([id = '', ...rest]) => {
  const path = rest.length === 0 && documentId.test(id) ? ((await files()?.find(id)) ?? null) : null
  return path === null ? null : { kind: 'file', path, type: typeOf(path) }
}

const pngSignature = [0x89, 0x50, 0x4e, 0x47]

/** `app://longleaf/cover/<id>`: the picture of the first page. */
export const coverRoute = (library: () => Pick<Library, 'cover'> | null): AppRoute => async ([id = '', ...rest]) => {
  const bytes = rest.length === 0 && documentId.test(id) ? ((await library()?.cover(id)) ?? null) : null
  if (bytes === null) return null
  return { kind: 'bytes', bytes, type: pngSignature.every((byte, index) => bytes[index] === byte) ? 'image/png' : 'image/webp' }
}
