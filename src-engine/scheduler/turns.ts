/**
 * The turns of a conversation about a text that was read: what is computed of them is kept too, so that the conversation goes on from there after another
 * one, or in another run. They follow the text from the last block on that the reading has whole; kept is what the session holds when an answer has ended.
 */
import type { Readings } from '../reading/folder'
import { turnsOf, type TurnsIdentity } from '../reading/identity'
import { blockTokens, tokenBytes } from '../reading/layout'
import type { Reading } from '../reading/reading'
import { keepIn } from '../prefill/keep-in'
import { keptIn } from '../prefill/kept-form'
import type { ConversationPlace } from '../protocol'
import type { ChatSession, OpenModel, ReadHooks } from './model'
import { isLoss, unlessLost } from './on-disk'

export interface Turns {
  readonly readings: Readings
  readonly place: ConversationPlace
}

/** More are computed again: a text is among them that was never read, and that is for readings to keep. */
const turnsTokensMax = 8_192

type Synced = Awaited<ReturnType<ChatSession['sync']>>

/** Brings a session to the tokens, from the reading, which `hooks` have too, and its turns. @throws as `ChatSession.sync`, of the reading alone */
export async function syncWithTurns(session: ChatSession, tokens: Int32Array, reading: Reading, turns: Turns, hooks: ReadHooks): Promise<Synced> {
  const identity = identityFor(reading, tokens, turns.place)
  const held = await unlessLost(() => turns.readings.turns(identity))
  if (held === null) return session.sync(tokens, hooks)
  const { length } = reading.tokens
  try {
    return await session.sync(tokens, { ...hooks, keptTail: { start: identity.textTokens, kept: keptIn(held.reading) } })
  } catch (thrown) {
    const isOfTurns = isLoss(thrown) && reading.tokens.length === length
    if (!isOfTurns) throw thrown
    return await session.sync(tokens, hooks)
  } finally {
    await unlessLost(() => held.close())
  }
}

/** Keeps the turns that the session holds behind the reading, where there is room. @throws what is no matter of disks */
export async function keepTurns({ session }: Pick<OpenModel, 'session'>, reading: Reading, { readings, place }: Turns): Promise<void> {
  const identity = identityFor(reading, session.tokens, place)
  const tokens = session.tokens.slice(identity.textTokens)
  if (identity.textTokens === 0 || tokens.length === 0 || tokens.length > turnsTokensMax) return
  await unlessLost(async () => {
    const held = await readings.turnsToWrite(identity, tokens.length * tokenBytes(reading.identity), place.room)
    if (held === null) return
    try {
      await write(session, held.reading, tokens, identity.textTokens)
    } finally {
      await held.close()
    }
  })
}

async function write(session: ChatSession, turns: Reading, tokens: readonly number[], start: number): Promise<void> {
  const sources = { parts: new Int32Array(tokens.length).fill(-1), offsets: new Int32Array(tokens.length) }
  const kept = await keepIn(turns, tokens, sources)
  // Nothing can follow a part of a block.
  if (turns.tokens.length % blockTokens !== 0) await turns.rewind(turns.tokens.length - 1)
  await session.keepTail({ start, kept })
}

function identityFor(reading: Reading, tokens: ArrayLike<number>, { id }: ConversationPlace): TurnsIdentity {
  const textTokens = Math.floor(reading.commonPrefix(tokens) / blockTokens) * blockTokens
  return turnsOf(reading.identity, id, reading.tokens.subarray(0, textTokens))
}
