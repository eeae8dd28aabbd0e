import type { Box } from './contract'

/** Where a box lies on the page as it is shown, in per cent of the shown width and height. */
export interface PlacedBox {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

export type Quarter = 0 | 90 | 180 | 270

/**
 * Turns a box of the unrotated page (points, origin top left) into per cent of the page as shown, `rotation` degrees
 * clockwise. `width` and `height` are those of the unrotated page in points.
 */
export function placeBox(box: Box, width: number, height: number, rotation: Quarter): PlacedBox {
  const left = box.x / width
  const top = box.y / height
  const wide = box.width / width
  const high = box.height / height
  const placed = turned(left, top, wide, high, rotation)
  return { left: placed.left * 100, top: placed.top * 100, width: placed.width * 100, height: placed.height * 100 }
}

function turned(left: number, top: number, width: number, height: number, rotation: Quarter): PlacedBox {
  switch (rotation) {
    case 0:
      return { left, top, width, height }
    case 90:
      return { left: 1 - top - height, top: left, width: height, height: width }
    case 180:
      return { left: 1 - left - width, top: 1 - top - height, width, height }
    case 270:
      return { left: top, top: 1 - left - width, width: height, height: width }
  }
}
