/** Ends a streamed text before the first of some texts, wherever pieces begin and end; what may yet become one of them is held back. */
interface StopTexts {
  /** What can be shown by now; `stopped` once a text to stop at has come, after which nothing is shown any more. */
  push(piece: string): { readonly shown: string; readonly stopped: boolean }
  /** What was held back and became nothing. */
  end(): string
}

export function createStopTexts(texts: readonly string[]): StopTexts {
  let held = ''
  return {
    push(piece) {
      const text = held + piece
      const at = firstOf(text, texts)
      const shownLength = at ?? text.length - heldLength(text, texts)
      held = at === null ? text.slice(shownLength) : ''
      return { shown: text.slice(0, shownLength), stopped: at !== null }
    },
    end() {
      const rest = held
      held = ''
      return rest
    },
  }
}

function firstOf(text: string, texts: readonly string[]): number | null {
  const places = texts.map((stop) => text.indexOf(stop)).filter((place) => place >= 0)
  return places.length === 0 ? null : Math.min(...places)
}

/** Length of the longest end of `text` with which one of the texts begins. */
function heldLength(text: string, texts: readonly string[]): number {
  let longest = 0
  for (const stop of texts) {
    for (let length = Math.min(stop.length - 1, text.length); length > longest; length--) if (text.endsWith(stop.slice(0, length))) longest = length
  }
  return longest
}
