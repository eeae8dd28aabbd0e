import koffi, { type TypeObject } from 'koffi'
import type { Declaration, Word } from './declaration'

type CType = string | TypeObject

const initParameters = koffi.struct({ mem_size: 'size_t', mem_buffer: 'void *', no_alloc: 'bool' })
const threadPoolParameters = koffi.struct({
  cpumask: koffi.array('bool', 512), n_threads: 'int', prio: 'int', poll: 'uint32_t', strict_cpu: 'bool', paused: 'bool',
})

/** What the words of declarations are in C, as koffi knows it. Whatever lies in a library's memory is an address. */
const cTypes: Readonly<Record<Word, CType>> = {
  void: 'void',
  bool: 'bool',
  int: 'int',
  int64_t: 'int64_t',
  size_t: 'size_t',
  uint8_t: 'uint8_t',
  float: 'float',
  string: 'str',
  address: 'void *',
  null: 'void *',
  data: 'void *',
  addresses: 'void *',
  size_out: '_Out_ size_t *',
  context: 'void *',
  tensor: 'void *',
  graph: 'void *',
  allocator: 'void *',
  buffer: 'void *',
  buffer_type: 'void *',
  backend: 'void *',
  device: 'void *',
  registry: 'void *',
  scheduler: 'void *',
  pool: 'void *',
  init_params: initParameters,
  pool_params: koffi.pointer(threadPoolParameters),
}

interface Signature {
  readonly result: CType
  readonly parameters: CType[]
}

/** @throws for a word that no declaration may have */
export function signatureOf(declaration: Declaration): Signature {
  const [result = '', list = ''] = declaration.slice(0, -1).split(' (')
  return { result: cTypeOf(result), parameters: list === '' ? [] : list.split(', ').map(cTypeOf) }
}

/** @param parameter a word, and perhaps a name behind it */
function cTypeOf(parameter: string): CType {
  const [word = ''] = parameter.split(' ')
  if (!isWord(word)) throw new Error(`No declaration may say ${word}.`)
  return cTypes[word]
}

const isWord = (word: string): word is Word => Object.hasOwn(cTypes, word)
