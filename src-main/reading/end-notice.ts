import type { DocumentId } from '../contract/document'
import type { DocumentReading, ReadingState } from '../contract/reading'

/** What is said outside the window when a reading has ended. */
export interface EndNotice {
  readonly document: DocumentId
  readonly title: string
  readonly body: string
}

/** Tells which readings have ended, from how they stood before. */
export interface EndWatch {
  hear(readings: readonly DocumentReading[]): readonly DocumentReading[]
}

export function createEndWatch(): EndWatch {
  const before = new Map<DocumentId, ReadingState['kind']>()
  return {
    hear(readings) {
      const ended = readings.filter(({ document, state }) => before.get(document) === 'reading' && (state.kind === 'read' || state.kind === 'failed'))
      for (const { document, state } of readings) before.set(document, state.kind)
      return ended
    },
  }
}

/** @param title of the document */
export function endNotice({ document, state, scope }: DocumentReading, title: string): EndNotice {
  if (state.kind === 'failed') return { document, title: `Reading “${title}” stopped`, body: state.failure.message }
  if (scope.kind === 'whole') return { document, title: `“${title}” is read`, body: 'Questions about it are answered from the whole text now.' }
  return { document, title: `The chosen parts of “${title}” are read`, body: 'Questions about it are answered from them now.' }
}
