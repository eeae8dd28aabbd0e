/**
 * What exact attention says about a text and its distributions after each token, kept in the cache: of every way that is compared with it only the way
 * itself has to be computed. A turn is a file: after each token of the answer its number (i32), and after them all their logits (f32, [tokens][vocabulary]).
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Turn } from './course'

export class ExactTurns {
  readonly #folder: string
  readonly #vocabulary: number

  constructor(folder: string, vocabulary: number) {
    this.#folder = folder
    this.#vocabulary = vocabulary
    mkdirSync(folder, { recursive: true })
  }

  has(name: string): boolean {
    return existsSync(this.#path(name))
  }

  /** @throws where it is not there */
  load(name: string, question: readonly number[]): Turn {
    const bytes = readFileSync(this.#path(name))
    const numbers = new Uint8Array(bytes).buffer
    const count = numbers.byteLength / 4 / (1 + this.#vocabulary)
    const logits = Array.from({ length: count }, (_, i) => new Float32Array(numbers, 4 * (count + i * this.#vocabulary), this.#vocabulary))
    return { question, answer: Array.from(new Int32Array(numbers, 0, count)), logits }
  }

  keep(name: string, { answer, logits }: Turn): void {
    const path = this.#path(name)
    writeFileSync(`${path}.part`, Buffer.concat([Int32Array.from(answer), ...logits].map((each) => Buffer.from(each.buffer, each.byteOffset, each.byteLength))))
    renameSync(`${path}.part`, path)
  }

  #path(name: string): string {
    return join(this.#folder, `${name}.turn`)
  }
}

/** Of what was read before, and how it goes on. */
export function turnName(...what: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(what)).digest('hex').slice(0, 32)
}
