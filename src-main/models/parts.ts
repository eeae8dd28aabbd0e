import { basename, dirname, join } from 'node:path'

const splitName = /^(.+)-(\d{5})-of-(\d{5})(\.gguf)$/i

/** What a model file is called: its name without the ending, and without the number of its part where it is split. */
export function stem(path: string): string {
  const name = basename(path)
  return splitName.exec(name)?.[1] ?? name.replace(/\.gguf$/i, '')
}

/** All files of the model that a file belongs to, in order: the file itself, or each part of a split one (`-00001-of-00003.gguf`). */
export function partsOf(path: string): readonly string[] {
  const [, start = '', , total = '', ending = ''] = splitName.exec(basename(path)) ?? []
  const count = Number(total)
  if (start === '' || count < 1) return [path]
  return Array.from({ length: count }, (_, part) => join(dirname(path), `${start}-${String(part + 1).padStart(5, '0')}-of-${total}${ending}`))
}
