import { writeAnswer, type AnswerHooks } from '../../src-engine/scheduler/answer'
import type { OpenModel } from '../../src-engine/scheduler/model'
import { openModel } from '../../src-engine/scheduler/open-model'
import type { ChatEnd, Sampling } from '../../src-engine/protocol'

const { signal } = new AbortController()
const ignore = (): void => undefined

export const openForAnswers = (path: string): Promise<OpenModel> => openModel({ path, contextMax: null, device: 'cpu', threads: null }, { signal, onProgress: ignore, replace: ignore, log: ignore })

export interface Written {
  readonly text: string
  readonly end: ChatEnd
}

/** The answer to one question, greedy where nothing else is asked for. */
export async function answerTo(model: OpenModel, question: string, sampling: Partial<Sampling> = {}): Promise<Written> {
  let text = ''
  const hooks: AnswerHooks = {
    onText: (more) => (text += more),
    onEvidence: ignore,
    onProgress: ignore,
    signal,
    now: () => performance.now(),
    breathe: () => new Promise((resolve) => setImmediate(resolve)),
  }
  const greedy: Sampling = { temperature: 0, topP: 1, minP: 0, seed: 1, tokensMax: 100 }
  const end = await writeAnswer(model, { messages: [{ role: 'user', content: question }], sampling: { ...greedy, ...sampling } }, hooks)
  return { text, end }
}

/** A page of a book, and what asks for its words or for others. */
const passage = [
  'The longleaf pine is a pine native to the Southeastern United States, found along the coastal plain from East Texas to southern Virginia.',
  'It reaches a height of 30 to 35 metres and a diameter of 0.7 metres. In the past, before extensive logging, trees reportedly grew to 47 metres with a diameter of 1.2 metres.',
  'The bark is thick, reddish-brown, and scaly. The leaves are dark green and needle-like, and occur in bundles of mainly three.',
  'The cones, both female seed cones and male pollen cones, are initiated during the growing season before buds emerge.',
].join(' ')

export const quotingQuestions: readonly string[] = [
  `${passage}\n\nRepeat the text above word for word.`,
  `${passage}\n\nQuestion: How tall does the tree grow, and what is its bark like? Answer with the sentences of the text.`,
]

export const otherQuestions: readonly string[] = [
  'Write a short story about a bear who opens a bakery in a small town.',
  `${passage}\n\nQuestion: Write a letter to a friend about a walk in a forest. Do not use any words of the text.`,
  'Explain how a bicycle stays upright.',
]
