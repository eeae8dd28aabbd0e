/** What is done in turn is done one after the other, each whether the one before went well or not. */
type InTurn = <T>(act: () => Promise<T>) => Promise<T>

export function createTurns(): InTurn {
  let last: Promise<unknown> = Promise.resolve()
  return (act) => {
    const acted = last.then(act)
    last = acted.catch(() => undefined)
    return acted
  }
}
