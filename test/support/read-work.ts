/** What the programs of the prefill benches are told and tell: `read-whole.ts`, `fill-whole.ts` and `second-question.ts` of `test/programs`. */
import { execFileSync } from 'node:child_process'
import type { Residency } from '../../src-engine/model/residency'
import { filledToken } from './filled-reading'

export type Reader = 'ours' | 'libllama with flash attention' | 'libllama without'

export interface ReadWork {
  readonly who: Reader
  readonly path: string
  readonly tokens: number
  readonly superChunkTokens?: number
  /** Of the tokens, that count as read already and are not timed; by default none. Of ours only. */
  readonly filled?: number
  readonly residency?: Residency
  /** Where what is read is kept, our reading or libllama's state; by default nowhere. */
  readonly folder?: string
}

export interface ReadWhole {
  readonly seconds: number
  /** Most memory while the text is read, not while the model is loaded. */
  readonly peakBytes: number
  /** Of keys and values in memory: of two layers for us, of all for libllama. */
  readonly kvBytes: number
}

/** About a text that was kept in the folder. */
export type QuestionWork = Required<Pick<ReadWork, 'who' | 'path' | 'tokens' | 'folder'>>

export interface SecondQuestion {
  /** From a loaded model to the logits that the answer begins with. */
  readonly milliseconds: number
  readonly reused: number
  readonly prefilled: number
}

export const threads = 2
export const stateName = 'libllama.state'

/** The same for all. */
export function textOf(tokens: number): readonly number[] {
  return Array.from({ length: tokens }, (_, place) => filledToken(place))
}

/** Does the work in a process of its own. @param command that the process is started with, such as one that limits its memory */
export function readWhole(work: ReadWork, command: readonly string[] = []): ReadWhole {
  return JSON.parse(runProgram('read-whole', work, command)) as ReadWhole
}

export function fillWhole(work: QuestionWork): void {
  runProgram('fill-whole', work, [])
}

export function askAgain(work: QuestionWork): SecondQuestion {
  return JSON.parse(runProgram('second-question', work, [])) as SecondQuestion
}

function runProgram(name: string, work: object, command: readonly string[]): string {
  const [file = process.execPath, ...args] = [...command, process.execPath, '--import', 'tsx', `test/programs/${name}.ts`, JSON.stringify(work)]
  return execFileSync(file, args, { encoding: 'utf8' })
}
