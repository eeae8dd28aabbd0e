import type { Direction } from '../../../src-main/contract/document'

/**
 * Text may run in four directions over a page. Each is laid out in a frame of its own, in which lines go to the right and follow one another downwards:
 * 'across' is the page itself; 'down' has lines that run down the page and follow one another to the left (vertical Japanese, text turned
 * clockwise); 'back' is upside down; 'up' has lines that run up the page and follow one another to the right.
 */
export type Frame = 'across' | 'down' | 'back' | 'up'

export interface Size {
  readonly width: number
  readonly height: number
}

export interface Rectangle extends Size {
  readonly x: number
  readonly y: number
}

/** Frame of a text matrix [a, b, c, d]: `a, b` is where its baseline goes, y upwards. */
export function frameOf(a: number, b: number): Frame {
  if (Math.abs(a) >= Math.abs(b)) return a >= 0 ? 'across' : 'back'
  return b > 0 ? 'up' : 'down'
}

/** A point of the page (origin top left, y downwards) in the frame. */
export function toFrame(frame: Frame, page: Size, x: number, y: number): readonly [number, number] {
  switch (frame) {
    case 'across': return [x, y]
    case 'down': return [y, page.width - x]
    case 'back': return [page.width - x, page.height - y]
    case 'up': return [page.height - y, x]
  }
}

/** A box of the frame on the page. */
export function toPage(frame: Frame, page: Size, box: Rectangle): Rectangle {
  switch (frame) {
    case 'across': return box
    case 'down': return { x: page.width - box.y - box.height, y: box.x, width: box.height, height: box.width }
    case 'back': return { x: page.width - box.x - box.width, y: page.height - box.y - box.height, width: box.width, height: box.height }
    case 'up': return { x: box.y, y: page.height - box.x - box.width, width: box.height, height: box.width }
  }
}

const turned: Record<Frame, readonly [Direction, Direction]> = {
  across: ['ltr', 'rtl'],
  down: ['ttb', 'btt'],
  back: ['rtl', 'ltr'],
  up: ['btt', 'ttb'],
}

/** Which way characters follow one another on the page. */
export const directionOf = (frame: Frame, isRtl: boolean): Direction => turned[frame][isRtl ? 1 : 0]

/** The size of the page as the frame sees it. */
export const frameSize = (frame: Frame, page: Size): Size => frame === 'across' || frame === 'back' ? page : { width: page.height, height: page.width }
