/**
 * The state of a libllama sequence as its bytes, made longer than what was read: the cache is full without the hours of reading.
 * Layout: `state_write_meta` and `state_write_data` of llama-kv-cache.cpp in the sources that the package was built from.
 */

/** Repeats what the cells of `small` hold until there are `cells` of them, at the places from 0 on. */
export function fillState(small: Uint8Array, cells: number): Uint8Array {
  const from = new Reader(small)
  const head = from.take(12) // magic, sequence, number of streams
  const had = from.u32()
  from.take(had * 12)
  const layout = { head, had, valuesByColumn: from.u32() === 1, layers: from.u32() }
  const parts = [...partsOf(from, layout)]
  const rows = parts.reduce((sum, { lists, bytes }) => sum + lists * bytes * cells, 0)
  const result = new Writer(head.length + 4 + cells * 12 + 8 + parts.reduce((sum, part) => sum + part.head.length, 0) + rows)
  result.put(head)
  result.u32(cells)
  for (let place = 0; place < cells; place++) [place, 1, 0].forEach((value) => result.u32(value)) // place, one sequence, its number
  result.u32(layout.valuesByColumn ? 1 : 0)
  result.u32(layout.layers)
  for (const part of parts) {
    result.put(part.head)
    for (let list = 0; list < part.lists; list++) result.repeat(part.data.subarray(list * had * part.bytes, (list + 1) * had * part.bytes), cells * part.bytes)
  }
  return result.bytes
}

/** K or V of a layer: `lists` lists of `bytes` for each cell. */
interface Part {
  readonly head: Uint8Array
  readonly lists: number
  readonly bytes: number
  readonly data: Uint8Array
}

interface Layout {
  readonly had: number
  readonly valuesByColumn: boolean
  readonly layers: number
}

function* partsOf(from: Reader, { had, valuesByColumn, layers }: Layout): Generator<Part> {
  for (let i = 0; i < 2 * layers; i++) {
    const head = from.take(12) // type, then bytes of a row as u64; or type, bytes of a number, columns
    const [, bytes = 0, columns = 0] = new Uint32Array(head.slice().buffer)
    const lists = i >= layers && valuesByColumn ? columns : 1
    yield { head, lists, bytes, data: from.take(lists * bytes * had) }
  }
}

class Reader {
  #at = 0
  readonly #bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  take(length: number): Uint8Array {
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }

  u32(): number {
    return new Uint32Array(this.take(4).slice().buffer)[0] ?? 0
  }
}

class Writer {
  readonly bytes: Uint8Array
  #at = 0

  constructor(length: number) {
    this.bytes = new Uint8Array(length)
  }

  put(part: Uint8Array): void {
    this.bytes.set(part, this.#at)
    this.#at += part.length
  }

  u32(value: number): void {
    this.put(new Uint8Array(Uint32Array.of(value).buffer))
  }

  /** `part` again and again until `length` bytes are written. */
  repeat(part: Uint8Array, length: number): void {
    for (let left = length; left > 0; left -= part.length) this.put(part.subarray(0, Math.min(left, part.length)))
  }
}
