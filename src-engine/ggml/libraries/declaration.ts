/**
 * How the functions of C libraries are declared here, each once and beside its name: `tensor (context, tensor a, float scale)` gives a tensor and takes
 * three things. Of each stands the word for its type and, where that does not say what it is, a name. What a function takes and gives in TypeScript follows.
 */
import type { Address } from './address'

export type Data = Uint8Array | Uint16Array | Int32Array | Float32Array

interface InitParameters {
  readonly mem_size: number
  readonly mem_buffer: null
  readonly no_alloc: boolean
}

interface ThreadPoolParameters {
  /** All false: the operating system places the threads. */
  readonly cpumask: readonly boolean[]
  readonly n_threads: number
  readonly prio: number
  /** How long a thread looks for the next graph before it sleeps: 131,072 pauses for each unit. */
  readonly poll: number
  readonly strict_cpu: boolean
  readonly paused: boolean
}

/** The words, and what stands for them in TypeScript. */
interface Values {
  readonly void: void
  readonly bool: boolean
  readonly int: number
  readonly int64_t: number
  readonly size_t: number
  readonly uint8_t: number
  readonly float: number
  readonly string: string
  readonly address: Address
  readonly null: null
  /** Numbers in JavaScript's memory, and addresses there. */
  readonly data: Data
  readonly addresses: BigUint64Array
  /** Where the function writes a size. */
  readonly size_out: [number]
  readonly context: Address
  readonly tensor: Address
  readonly graph: Address
  readonly allocator: Address
  readonly buffer: Address
  readonly buffer_type: Address
  readonly backend: Address
  readonly device: Address
  readonly registry: Address
  readonly scheduler: Address
  readonly pool: Address
  readonly init_params: InitParameters
  readonly pool_params: ThreadPoolParameters
}

export type Word = keyof Values
export type Declaration = `${Word} (${string})`
export type Declarations = Readonly<Record<string, Declaration>>

type Value<Name> = Name extends Word ? Values[Name] : never
type WordOf<Parameter> = Parameter extends `${infer Name} ${string}` ? Name : Parameter
type Arguments<List> = List extends '' ? [] : List extends `${infer First}, ${infer Rest}` ? [Value<WordOf<First>>, ...Arguments<Rest>] : [Value<WordOf<List>>]

/** What a table of declarations becomes. */
export type Functions<Table> = {
  readonly [Name in keyof Table]: Table[Name] extends `${infer Result} (${infer List})` ? (...given: Arguments<List>) => Value<Result> : never
}

/** The same on another thread. What is given must not be touched before the promise has ended. */
export type FunctionsElsewhere<Table> = {
  readonly [Name in keyof Table]: Table[Name] extends `${infer Result} (${infer List})` ? (...given: Arguments<List>) => Promise<Value<Result>> : never
}
