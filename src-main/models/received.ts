import type { Readable } from 'node:stream'

/** Received and not yet taken, at most; more waits in the connection. */
const waitingBytesMax = 4 << 20

/**
 * What a stream brings, piece by piece, beginning now. Unlike the stream's own iterator this gives all that came before a connection was lost,
 * and only then throws the stream's error: what has been received need not be sent again.
 */
export function received(body: Readable): AsyncGenerator<Uint8Array> {
  const waiting: Buffer[] = []
  let waitingBytes = 0
  let end: { readonly error: Error | null } | null = null
  let wake: () => void = () => undefined
  const finish = (error: Error | null): void => {
    end ??= { error }
    wake()
  }
  body.on('data', (chunk: Buffer) => {
    waiting.push(chunk)
    waitingBytes += chunk.byteLength
    if (waitingBytes > waitingBytesMax) body.pause()
    wake()
  })
  body.once('end', () => finish(null))
  body.once('error', finish)
  body.once('close', () => finish(new Error('the connection was closed')))

  const take = (): Buffer | undefined => {
    const chunk = waiting.shift()
    waitingBytes -= chunk?.byteLength ?? 0
    if (waitingBytes <= waitingBytesMax && body.isPaused()) body.resume()
    return chunk
  }
  return pieces(take, async () => {
    if (end === null) await new Promise<void>((resolve) => (wake = resolve))
    if (waiting.length > 0 || end === null) return true
    if (end.error !== null) throw end.error
    return false
  })
}

/** All that `take` gives, and again whenever `more` says that there may be more. */
async function* pieces(take: () => Buffer | undefined, more: () => Promise<boolean>): AsyncGenerator<Uint8Array> {
  do {
    for (let chunk = take(); chunk !== undefined; chunk = take()) yield chunk
  } while (await more())
}
