import type { SplitRules } from './split'

/** How the models of one family turn text into tokens. */
export interface Family {
  readonly split: SplitRules
  /** A word that is a token is taken whole, whatever the merges would make of it. */
  readonly wholeFirst: boolean
  /**
   * `listed`: the pairs in the file's list merge, the first in the list first.
   * `ranked`: any two neighbours merge that together write a token, the token with the lowest number first; the file's list is not needed (tiktoken).
   */
  readonly merges: 'listed' | 'ranked'
  /** What stands for bytes that are not UTF-8: U+FFFD as libllama puts it, or as the Unicode Standard advises. */
  readonly malformed: 'libllama' | 'unicode'
}

/** As libllama has it. */
function listed(split: Omit<SplitRules, 'unicode' | 'longS'>, wholeFirst = false): Family {
  return { split: { ...split, unicode: '15.1', longS: false }, wholeFirst, merges: 'listed', malformed: 'libllama' }
}

const gpt2 = listed({ style: 'spaced', numbers: 'run' })
const smollm = listed({ style: 'spaced', numbers: 'alone' })
const qwen2 = listed({ style: 'joined', numbers: 1 })
const llama3 = listed({ style: 'joined', numbers: 3 }, true)
/**
 * GLM-4, as the tiktoken that it was trained with and not as llama.cpp, which merges by the file's list and never looks for the whole word:
 * that splits 1,180 of the tokens, common words of Chinese among them.
 */
const glm4: Family = { split: { style: 'joined', numbers: 3, unicode: '16.0', longS: true }, wholeFirst: true, merges: 'ranked', malformed: 'unicode' }

/** By the file's `tokenizer.ggml.pre`. A name that is not here is refused, since other words give other tokens. */
export const families: ReadonlyMap<string, Family> = new Map([
  ['gpt-2', gpt2], ['phi-2', gpt2], ['mpt', gpt2], ['olmo', gpt2],
  ['smollm', smollm], ['starcoder', smollm], ['refact', smollm], ['command-r', smollm], ['codeshell', smollm], ['exaone', smollm],
  ['qwen2', qwen2], ['deepseek-r1-qwen', qwen2], ['stablelm2', qwen2],
  ['llama-bpe', llama3], ['llama3', llama3], ['llama-v3', llama3], ['falcon3', llama3],
  ['chatglm-bpe', glm4], ['glm4', glm4],
])
