/** Questions about real books, asked one after the other. */
import type { ChatFormat } from '../../src-engine/chat/prompt'
import { commonLength } from '../../src-engine/common-length'

export const questionsAbout = {
  policy: [
    'What does the archive area "contrib" hold, and how is it different from "non-free"?',
    'Which fields must a binary package control file have?',
    'Who may be named in the Maintainer field, and in which form?',
    'What are the parts of a package version number?',
    'How should a package deal with a bug that is release-critical?',
    'What is a virtual package?',
    'Which sections of the archive are mentioned?',
    'What does the policy say about copyright files?',
  ],
} as const

/** What comes after the text, or after an answer, up to where the next answer begins. */
export function questionTokens(format: ChatFormat, question: string, turn: 'first' | 'later'): readonly number[] {
  const content = `\n\n${question}`
  if (turn === 'first') {
    const [one, other] = [format.prompt([{ role: 'user', content }]), format.prompt([{ role: 'user', content: `x${content}` }])]
    return Array.from(one.subarray(commonLength(one, other)))
  }
  const before = format.prompt([{ role: 'user', content: 'x' }])
  const all = format.prompt([{ role: 'user', content: 'x' }, { role: 'assistant', content: '' }, { role: 'user', content: question }])
  return Array.from(all.subarray(commonLength(before, all)))
}
