import { readdirSync, readFileSync } from 'node:fs'

/** Ids of a process and all that it started, from /proc (Linux). */
function tree(root: number): readonly number[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/u.test(name)) continue
    const stat = readOrEmpty(`/proc/${name}/stat`)
    parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]))
  }
  const found = [root]
  for (const pid of found) for (const [child, parent] of parents) if (parent === pid) found.push(child)
  return found
}

/** Ids of those of a process and all that it started whose command line has this in it. */
export const processesBelow = (root: number, words: string): readonly number[] => tree(root).filter((pid) => readOrEmpty(`/proc/${pid}/cmdline`).includes(words))

/** Bytes of memory that a process and all that it started hold together; what they share counts once (proportional set size). */
export function treeMemoryBytes(root: number): number {
  const kilobytes = tree(root).map((pid) => Number(/^Pss:\s+(\d+) kB/mu.exec(readOrEmpty(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0))
  return 1024 * kilobytes.reduce((sum, each) => sum + each, 0)
}

/** Ends a process and all that it started at once, as a power cut does. */
export const killTree = (root: number): void => signalTree(root, 'SIGKILL')

/** A process and all that it started stand still for so long, as where the computer sleeps. */
export async function sleepTree(root: number, milliseconds: number): Promise<void> {
  signalTree(root, 'SIGSTOP')
  await new Promise((resolve) => setTimeout(resolve, milliseconds))
  signalTree(root, 'SIGCONT')
}

function signalTree(root: number, signal: NodeJS.Signals): void {
  for (const pid of tree(root)) {
    try {
      process.kill(pid, signal)
    } catch {
      // Some go with their parent.
    }
  }
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
