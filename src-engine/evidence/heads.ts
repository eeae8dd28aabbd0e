/** One attention head of a model; both count from 0. */
export interface Head {
  readonly layer: number
  readonly head: number
}

/** @throws RangeError for a head that the model does not have. */
export function checkHeads(heads: readonly Head[], shape: { readonly layers: number; readonly heads: number }): void {
  const stranger = heads.find(({ layer, head }) => !isBelow(layer, shape.layers) || !isBelow(head, shape.heads))
  if (stranger !== undefined) throw new RangeError(`The model has no head ${stranger.head} in layer ${stranger.layer}.`)
}

const isBelow = (value: number, end: number): boolean => Number.isInteger(value) && value >= 0 && value < end
