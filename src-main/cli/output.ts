import type { Failure } from '../contract/failure'

export interface Streams {
  readonly out: { write(text: string): void }
  readonly err: { write(text: string): void }
  /** Whether standard error is a terminal, where a line can be drawn over. */
  readonly terminal: boolean
}

/** Answers and data go to standard output, everything else to standard error. */
export interface Output {
  readonly json: boolean
  /** Data for a person; nothing with `--json`. */
  line(text: string): void
  /** The one JSON document; nothing without `--json`. */
  data(value: unknown): void
  /** A sentence on standard error. */
  note(text: string): void
  failure(failure: Failure): void
  /** `detail`, such as the speed, is shown where there is a bar. */
  progress(what: string, done: number, total: number, detail?: string): void
  /** What is happening, where it has no measure: drawn over on a terminal, nothing elsewhere. */
  status(text: string): void
  /** Ends a line of progress that is being drawn over. */
  endProgress(): void
}

const barWidth = 24
const statusWidth = 72

export function createOutput(streams: Streams, options: { readonly json: boolean; readonly quiet: boolean }): Output {
  let drawn = false
  let lastWhat = ''
  let lastTenth = -1

  const endProgress = (): void => {
    if (drawn) streams.err.write('\n')
    drawn = false
    lastTenth = -1
    lastWhat = ''
  }
  const note = (text: string): void => {
    endProgress()
    streams.err.write(`${text}\n`)
  }
  return {
    json: options.json,
    line(text) {
      if (options.json) return
      endProgress()
      streams.out.write(`${text}\n`)
    },
    data(value) {
      if (options.json) streams.out.write(`${JSON.stringify(value, null, 2)}\n`)
    },
    note,
    failure: ({ message }) => note(message),
    progress(what, done, total, detail = '') {
      if (options.quiet || total <= 0) return
      const share = Math.min(1, done / total)
      if (streams.terminal) {
        const filled = Math.round(share * barWidth)
        streams.err.write(`\r\u001b[K${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} ${String(Math.floor(share * 100)).padStart(3)} %  ${what}${detail}`)
        drawn = true
        return
      }
      const tenth = Math.floor(share * 10)
      if (what === lastWhat && tenth <= lastTenth) return
      lastWhat = what
      lastTenth = tenth
      streams.err.write(`${what}: ${tenth * 10} %\n`)
    },
    status(text) {
      if (options.quiet || !streams.terminal) return
      streams.err.write(`\r\u001b[K${Array.from(text.replace(/\s+/gu, ' ')).slice(-statusWidth).join('')}`)
      drawn = true
    },
    endProgress,
  }
}
