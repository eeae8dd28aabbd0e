import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'

export type LogLevel = 'info' | 'warn' | 'error'

/** What happened and to which id, for the people who mend it; never a document's text, a question or a password. */
export interface Log {
  write(level: LogLevel, message: string, cause?: unknown): void
}

const bytesMax = 1_000_000

const describe = (cause: unknown): string => (cause instanceof Error ? (cause.stack ?? cause.message) : String(cause))

/**
 * Appends to `<folder>/longleaf.log`; the file before it is kept as `longleaf.1.log`. A log that cannot be written is
 * given up in silence: it must never be the reason why something else fails.
 */
export function openLog(folder: string, now: () => Date = () => new Date()): Log {
  const file = join(folder, 'longleaf.log')
  return {
    write(level, message, cause) {
      const line = `${now().toISOString()} ${level} ${message}${cause === undefined ? '' : `\n${describe(cause)}`}\n`
      try {
        mkdirSync(folder, { recursive: true })
        if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > bytesMax) renameSync(file, join(folder, 'longleaf.1.log'))
        appendFileSync(file, line)
      } catch {
        return
      }
    },
  }
}
