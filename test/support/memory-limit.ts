/** Programs that may have only so much memory: a control group of Linux's, where this user may make one. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface MemoryLimit {
  /** What a program has to be started with: its name and arguments follow. */
  readonly command: readonly [string, ...string[]]
  /** No program may run under it any more. */
  remove(): void
}

/** A limit, file pages among it; undefined where none can be set. */
export function limitMemory(bytes: number): MemoryLimit | undefined {
  const [root, limitName] = existsSync('/sys/fs/cgroup/cgroup.controllers') ? ['/sys/fs/cgroup', 'memory.max'] as const : ['/sys/fs/cgroup/memory', 'memory.limit_in_bytes'] as const
  const group = join(root, `longleaf-${process.pid}-${bytes}`)
  try {
    mkdirSync(group)
    writeFileSync(join(group, limitName), String(bytes))
    const command = ['sh', '-c', `echo $$ > '${join(group, 'cgroup.procs')}' && exec "$@"`, 'sh'] as const
    execFileSync(command[0], [...command.slice(1), 'true'])
    return { command, remove: () => rmdirSync(group) }
  } catch {
    return undefined
  }
}
