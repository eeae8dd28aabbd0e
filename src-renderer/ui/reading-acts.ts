import type { DocumentId } from '../../src-main/contract/document'
import type { DocumentReading } from '../../src-main/contract/reading'
import type { Actions } from '../actions/actions'
import type { AppEvent } from '../state/app'
import { actsFor, type ReadingAct } from '../state/readings'
import { useActions, useApp, useDispatch } from './app-context'
import { t } from '../locales/words'

interface ReadDocument {
  readonly id: DocumentId
  readonly title: string
}

/** One thing to do about a document's reading: for a button, a line of a menu or of the palette. */
export interface ReadingChoice {
  readonly act: ReadingAct
  readonly name: string
  readonly run: () => void
}

interface Doing {
  readonly actions: Actions
  readonly dispatch: (event: AppEvent) => void
  /** How it stands; undefined where it is not read. */
  readonly reading: DocumentReading | undefined
}

/** What can be done about the reading of a document now, what is likeliest first. */
export function readingChoices({ id, title }: ReadDocument, doing: Doing): readonly ReadingChoice[] {
  return actsFor(doing.reading).map((act) => ({ act, name: t(`reading.acts.${act}`), run: () => runAct(act, { id, title }, doing) }))
}

export function useReadingChoices(document: ReadDocument): readonly ReadingChoice[] {
  const reading = useApp((state) => state.readings.get(document.id))
  const actions = useActions()
  const dispatch = useDispatch()
  return readingChoices(document, { actions, dispatch, reading })
}

function runAct(act: ReadingAct, { id: document, title }: ReadDocument, { actions, dispatch, reading }: Doing): void {
  switch (act) {
    case 'start':
    case 'choose':
      return dispatch({ kind: 'dialog-opened', dialog: { kind: 'read', document, title } })
    case 'go-on':
      return void actions.readings.start(document, reading?.scope ?? { kind: 'whole' })
    case 'pause':
      return void actions.readings.pause(document)
    case 'resume':
      return void actions.readings.resume(document)
    case 'stop':
      // Where nothing is read yet there is nothing to ask about.
      if (reading === undefined || reading.kept.tokens === 0) return void actions.readings.stop(document, 'keep')
      return dispatch({ kind: 'dialog-opened', dialog: { kind: 'stop-reading', document, title } })
    case 'delete':
      return dispatch({ kind: 'dialog-opened', dialog: { kind: 'forget-reading', document, title } })
  }
}
