/** Calls back once the process that started this one is gone, as seen from here: a port need not close when its other end is killed. */
export function watchParent(onGone: () => void): void {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent && isAlive(parent)) return
    clearInterval(timer)
    onGone()
  }, 1000)
}

/** Windows keeps the parent's number after its death, so that the process itself is asked for too. */
function isAlive(id: number): boolean {
  try {
    return process.kill(id, 0)
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM'
  }
}
