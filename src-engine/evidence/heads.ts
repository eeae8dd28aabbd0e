/** One attention head of a model; both count from 0. */
export interface Head {
  readonly layer: number
  readonly head: number
}

interface HeadCounts {
  readonly layers: number
  readonly heads: number
}

export const hasHead = (shape: HeadCounts, { layer, head }: Head): boolean => isBelow(layer, shape.layers) && isBelow(head, shape.heads)

/** @throws RangeError for a head that the model does not have. */
export function checkHeads(heads: readonly Head[], shape: HeadCounts): void {
  const stranger = heads.find((head) => !hasHead(shape, head))
  if (stranger !== undefined) throw new RangeError(`The model has no head ${stranger.head} in layer ${stranger.layer}.`)
}

const isBelow = (value: number, end: number): boolean => Number.isInteger(value) && value >= 0 && value < end
