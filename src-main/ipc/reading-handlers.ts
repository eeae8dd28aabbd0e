import type { CallName } from '../contract/calls'
import type { Services } from '../services'
import type { Handlers } from './serve'

type ReadingCall = Extract<CallName, `reading/${string}`>

/** The jobs behind the window's calls about readings. */
export function createReadingHandlers({ readings, readingChooser }: Pick<Services, 'readings' | 'readingChooser'>): Pick<Handlers, ReadingCall> {
  return {
    'reading/states': () => readings.states(),
    'reading/start': (document, scope) => readings.start(document, scope),
    'reading/pause': (document) => readings.pause(document),
    'reading/resume': (document) => readings.resume(document),
    'reading/cancel': (document) => readings.cancel(document),
    'reading/move': (document, before) => readings.move(document, before),
    'reading/front': (document) => readings.front(document),
    'reading/choices': (document) => readingChooser.choices(document),
    'reading/list': () => readings.shelf(),
    'reading/delete': (reading) => readings.delete(reading),
  }
}
