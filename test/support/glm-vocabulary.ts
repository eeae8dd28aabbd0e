import { readFileSync } from 'node:fs'
import { byteCharacters } from '../../src-engine/tokenizer/byte-alphabet'
import type { WrittenValue } from './gguf-writer'

/** Special tokens of GLM-4, in order, behind the ordinary ones. */
export const glmSpecialTokens = [
  '<|endoftext|>', '[MASK]', '[gMASK]', '[sMASK]', '<sop>', '<eop>', '<|system|>', '<|user|>', '<|assistant|>', '<|observation|>',
  '<|begin_of_image|>', '<|end_of_image|>', '<|begin_of_video|>', '<|end_of_video|>',
] as const

/** Rows of the model's matrix of embeddings; those that no token has are kept free. */
const paddedSize = 151_552

/** The tokens of a tiktoken file by rank, each as a text of one letter a byte. */
function readRanks(path: string): string[] {
  return readFileSync(path, 'latin1').trimEnd().split('\n').map((line, rank) => {
    const [bytes = '', number = ''] = line.split(' ')
    if (Number(number) !== rank) throw new Error(`${path}: rank ${number} stands in line ${rank + 1}.`)
    return Buffer.from(bytes, 'base64').toString('latin1')
  })
}

const inAlphabet = (latin: string): string => Array.from(latin, (letter) => byteCharacters[letter.charCodeAt(0)]).join('')

/** Every way to make a token of two others, by what is made: the list that Hugging Face's converter rebuilds from the ranks, and published files hold. */
function mergesOf(tokens: readonly string[]): string[] {
  const ranks = new Map(tokens.map((token, rank) => [token, rank]))
  return tokens.flatMap((token) => {
    const pairs: [left: number, right: number][] = []
    for (let cut = 1; cut < token.length; cut++) {
      const [left, right] = [ranks.get(token.slice(0, cut)), ranks.get(token.slice(cut))]
      if (left !== undefined && right !== undefined) pairs.push([left, right])
    }
    return pairs.sort((a, b) => a[0] - b[0] || a[1] - b[1]).map(([left, right]) => `${inAlphabet(tokens[left] ?? '')} ${inAlphabet(tokens[right] ?? '')}`)
  })
}

/** Metadata of GLM-4's tokenizer, made from its tiktoken file as llama.cpp's converter makes it; the merges, which take seconds, may be left out. */
export function glmVocabulary(path: string, pre: 'chatglm-bpe' | 'glm4', merges: 'all' | 'none'): [key: string, value: WrittenValue][] {
  const ordinary = readRanks(path)
  const tokens = [...ordinary.map(inAlphabet), ...glmSpecialTokens]
  const types: number[] = tokens.map((_, id) => (id < ordinary.length ? 1 : 3))
  for (let id = tokens.length; id < paddedSize; id++) {
    tokens.push(`[PAD${id}]`)
    types.push(5)
  }
  const special = (text: typeof glmSpecialTokens[number]): WrittenValue => ({ type: 'uint32', value: tokens.indexOf(text) })
  return [
    ['general.architecture', { type: 'string', value: 'chatglm' }],
    ['tokenizer.ggml.model', { type: 'string', value: 'gpt2' }],
    ['tokenizer.ggml.pre', { type: 'string', value: pre }],
    ['tokenizer.ggml.tokens', { type: 'array', of: 'string', value: tokens }],
    ['tokenizer.ggml.token_type', { type: 'array', of: 'int32', value: types }],
    ['tokenizer.ggml.merges', { type: 'array', of: 'string', value: merges === 'all' ? mergesOf(ordinary) : [] }],
    ['tokenizer.ggml.eos_token_id', special('<|endoftext|>')],
    ['tokenizer.ggml.padding_token_id', special('<|endoftext|>')],
    ['tokenizer.ggml.eot_token_id', special('<|user|>')],
    ['tokenizer.ggml.unknown_token_id', special('<|endoftext|>')],
    ['tokenizer.ggml.add_bos_token', { type: 'bool', value: false }],
  ]
}
