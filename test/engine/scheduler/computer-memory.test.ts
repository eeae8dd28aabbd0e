import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ComputerMemory } from '../../../src-engine/attention/mode'
import { filePagesIn, statFiles } from '../../../src-engine/scheduler/computer-memory'
import { limitMemory } from '../../support/memory-limit'

const [limitBytes, fileBytes] = [1e9, 4e8]

describe('memory that is free', () => {
  it('is no less where a container was told of files, which it gives up for anything else', () => {
    const folder = mkdtempSync(join(tmpdir(), 'longleaf-memory-'))
    const limit = limitMemory(limitBytes)
    try {
      // Where no limit can be set the system itself counts so.
      const [program, ...options] = limit?.command ?? ['env']
      const args = ['--import', 'tsx', 'test/programs/memory-beside-files.ts', join(folder, 'file'), String(fileBytes)]
      const said = execFileSync(program, [...options, process.execPath, ...args], { encoding: 'utf8' })
      const { before, after } = JSON.parse(said) as Readonly<Record<'before' | 'after', ComputerMemory>>
      if (limit !== undefined) expect(before.totalBytes).toBeLessThanOrEqual(limitBytes)
      expect(after.freeBytes).toBeGreaterThan(before.freeBytes - fileBytes / 2)
    } finally {
      limit?.remove()
      rmSync(folder, { recursive: true })
    }
  })

  it.each([
    ['its own group of version 1, or the mounted one', '9:name=systemd:/\n4:cpu,memory:/docker/a1\n0::/', ['/sys/fs/cgroup/memory/docker/a1/memory.stat', '/sys/fs/cgroup/memory/memory.stat', '/sys/fs/cgroup/memory.stat']],
    ['its own group of version 2, or the mounted one', '0::/user.slice/app.scope\n', ['/sys/fs/cgroup/memory/memory.stat', '/sys/fs/cgroup/user.slice/app.scope/memory.stat', '/sys/fs/cgroup/memory.stat']],
    ['nothing said', '', ['/sys/fs/cgroup/memory/memory.stat', '/sys/fs/cgroup/memory.stat']],
  ])('is looked for in %s', (_, groups, files) => {
    expect(statFiles(groups)).toEqual(files)
  })

  it('has the file pages of a group and of those in it', () => {
    expect(filePagesIn('cache 9\nactive_file 1\ninactive_file 2\ntotal_active_file 30\ntotal_inactive_file 40\n')).toBe(70)
    expect(filePagesIn('anon 5\nactive_file 1\ninactive_file 2\n')).toBe(3)
    expect(filePagesIn('anon 5\n')).toBeNull()
    expect(filePagesIn('')).toBeNull()
  })
})
