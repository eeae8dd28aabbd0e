import { describe, expect, it } from 'vitest'
import { questionParts } from '../../../src-main/ask/parts'

describe('questionParts', () => {
  it.each([
    ['How far did the salt come up the river in 1976, and why did it stop?', ['How far did the salt come up the river in 1976', 'why did it stop?']],
    ['What is a spring tide? When does it come?', ['What is a spring tide?', 'When does it come?']],
    ['Wann wurde das Wehr gebaut und wer hat es bezahlt?', ['Wann wurde das Wehr gebaut', 'wer hat es bezahlt?']],
    ['堰是什么时候建的，为什么要建？', ['堰是什么时候建的', '为什么要建？']],
    ['Où est le barrage et combien pèse une porte ?', ['Où est le barrage', 'combien pèse une porte ?']],
  ])('takes %s apart', (question, parts) => {
    expect(questionParts(question)).toEqual(parts)
  })

  it.each(['What do redshanks and godwits eat?', 'Sand and mud', 'Was ist Schlick und Sand?', '  What is a bore?  ', 'How far did the salt come up, and why?'])('leaves %s whole', (question) => {
    expect(questionParts(question)).toEqual([question.trim()])
  })
})
