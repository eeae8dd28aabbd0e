/** Libraries of C, and what lies in memory that they share with JavaScript. */
import koffi from 'koffi'
import { isNull, type Address } from './address'
import { signatureOf } from './c-types'
import type { Declaration, Declarations, Functions, FunctionsElsewhere } from './declaration'

export interface SharedLibrary {
  /** @throws if it lacks one of them */
  functions<const Table extends Declarations>(table: Table): Functions<Table>
  /** The same, each call on another thread. */
  functionsElsewhere<const Table extends Declarations>(table: Table): FunctionsElsewhere<Table>
  /** Where something of this name lies. @throws if there is none */
  symbol(name: string): Address
}

/** Libraries of this process by their paths: koffi unloads one that nobody holds, and an address in it holds nothing. */
const opened = new Map<string | null, ReturnType<typeof koffi.load>>()

type Bound = ReturnType<ReturnType<typeof koffi.load>['func']>

/**
 * @param path null: what this process has loaded already
 * @param deep lets the library find its own functions before those of the process
 * @throws if it cannot be loaded
 */
export function openLibrary(path: string | null, { deep = false }: { readonly deep?: boolean } = {}): SharedLibrary {
  const library = opened.get(path) ?? koffi.load(path, { deep })
  opened.set(path, library)
  const bound = (name: string, declaration: Declaration): Bound => {
    const { result, parameters } = signatureOf(declaration)
    return library.func(name, result, parameters)
  }
  return {
    functions: (table) => mapped(table, bound) as Functions<typeof table>,
    functionsElsewhere: (table) => mapped(table, (name, declaration) => elsewhere(bound(name, declaration))) as FunctionsElsewhere<typeof table>,
    symbol: (name) => library.symbol(name) as Address,
  }
}

/** Functions that somebody knows the addresses of. */
export function functionsAt<const Table extends Declarations>(table: Table, addressOf: (name: string) => Address): Functions<Table> {
  return mapped(table, (name, declaration) => {
    const { result, parameters } = signatureOf(declaration)
    return koffi.decode(addressOf(name), koffi.proto(result, parameters)) as Bound
  }) as Functions<Table>
}

/** Of memory of JavaScript's that is too large to be moved, which is any of more than some hundred bytes. */
export const addressOfBytes = (data: Uint8Array): Address => koffi.address(data)

/** The addresses that lie from one on, up to the NULL that ends them. */
export function addressesFrom(start: Address): readonly Address[] {
  const found: Address[] = []
  for (let at = 0; ; at += 8) {
    const address = koffi.decode(start, at, 'void *') as Address
    if (isNull(address)) return found
    found.push(address)
  }
}

function mapped(table: Declarations, make: (name: string, declaration: Declaration) => unknown): unknown {
  return Object.fromEntries(Object.entries(table).map(([name, declaration]) => [name, make(name, declaration)]))
}

function elsewhere(bound: Bound): (...given: readonly unknown[]) => Promise<unknown> {
  return (...given) => new Promise((resolve, reject) => {
    bound.async(...given, (error: Error | null, result: unknown) => (error === null ? resolve(result) : reject(error)))
  })
}
