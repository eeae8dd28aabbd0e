/**
 * Run as a program: `second-question.ts WORK` asks about a text that `read-whole.ts` kept, where WORK is a `QuestionWork` as JSON; prints `SecondQuestion`
 * as JSON. A process of its own, as after a restart.
 */
import { join } from 'node:path'
import { openEngine } from '../../src-engine/engine'
import { prefillChunk } from '../../src-engine/protocol'
import { heldReading } from '../support/held-reading'
import { openLlama } from '../support/libllama'
import { stateName, textOf, threads, type QuestionWork, type SecondQuestion } from '../support/read-work'

const questionTokens = 32

async function askOurs({ path, tokens, folder }: QuestionWork): Promise<SecondQuestion> {
  const engine = await openEngine({ path, threads })
  const text = textOf(tokens + questionTokens)
  const begun = performance.now()
  const { reading, close } = await heldReading(engine, folder)
  const session = engine.open({ contextMax: text.length })
  const counts = await session.sync(text, { kept: reading })
  const milliseconds = performance.now() - begun
  await close()
  engine.close()
  return { ...counts, milliseconds }
}

function askTheirs({ who, path, tokens, folder }: QuestionWork): SecondQuestion {
  const context = tokens + questionTokens
  const llama = openLlama({ path, context, chunk: prefillChunk, kvType: 'f16', flashAttention: who === 'libllama with flash attention', threads })
  const question = textOf(context).slice(tokens)
  const begun = performance.now()
  llama.loadState(join(folder, stateName))
  llama.decode(question)
  const milliseconds = performance.now() - begun
  llama.close()
  return { milliseconds, reused: tokens, prefilled: questionTokens }
}

const work = JSON.parse(process.argv[2] ?? '') as QuestionWork
process.stdout.write(JSON.stringify(work.who === 'ours' ? await askOurs(work) : askTheirs(work)))
