/** Of what a caller has to keep to. */

/** @throws RangeError */
export function expectIndex(index: number, count: number, what: string): void {
  if (!Number.isInteger(index) || index < 0 || index >= count) throw new RangeError(`There is no ${what} ${index}, of ${count}.`)
}

/** @throws RangeError */
export function expectLength({ length }: Uint8Array, wanted: number, what: string): void {
  if (length !== wanted) throw new RangeError(`${what} has ${length} bytes, not ${wanted}.`)
}
