import { describe, expect, it } from 'vitest'
import { createStopTexts } from '../../../src-engine/scheduler/stop-texts'
import { fc } from '../../support/properties'

function shownOf(pieces: readonly string[], stops: readonly string[]): { readonly text: string; readonly stopped: boolean } {
  const filter = createStopTexts(stops)
  let text = ''
  for (const piece of pieces) {
    const { shown, stopped } = filter.push(piece)
    text += shown
    if (stopped) return { text, stopped }
  }
  return { text: text + filter.end(), stopped: false }
}

describe('texts to stop at', () => {
  it('end the text before them, also across pieces', () => {
    expect(shownOf(['one E', 'N', 'D two'], ['END'])).toEqual({ text: 'one ', stopped: true })
    expect(shownOf(['a\n', '\nb'], ['\n\n'])).toEqual({ text: 'a', stopped: true })
  })

  it('that never come whole are shown, when it is sure', () => {
    const filter = createStopTexts(['END'])
    expect(filter.push('x EN')).toEqual({ shown: 'x ', stopped: false })
    expect(filter.push('EN')).toEqual({ shown: 'EN', stopped: false })
    expect(filter.push('T')).toEqual({ shown: 'ENT', stopped: false })
    expect(shownOf(['x EN'], ['END'])).toEqual({ text: 'x EN', stopped: false })
  })

  it('stop at the first of several', () => {
    expect(shownOf(['say stop or ha', 'lt'], ['halt', 'stop'])).toEqual({ text: 'say ', stopped: true })
  })

  it('cut any text in any pieces as they cut the whole, and never show a part', () => {
    const letters = fc.constantFrom('a', 'b', 'ä', '😀')
    const word = fc.array(letters, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(''))
    fc.assert(fc.property(fc.array(word, { maxLength: 12 }), fc.array(word, { maxLength: 3 }), (pieces, stops) => {
      const whole = pieces.join('')
      const places = stops.map((stop) => whole.indexOf(stop)).filter((place) => place >= 0)
      const { text, stopped } = shownOf(pieces, stops)
      expect(stopped).toBe(places.length > 0)
      // Where one text to stop at lies across the beginning of another, the one that is whole first decides.
      if (places.length === 0) expect(text).toBe(whole)
      else expect(whole.startsWith(text) && stops.every((stop) => !text.includes(stop))).toBe(true)
      if (stops.length === 1 && stopped) expect(text).toBe(whole.slice(0, places[0]))
    }))
  })
})
