/** Run as a program: writes a file once its parent is gone, as seen without any port, and ends. */
import { writeFileSync } from 'node:fs'
import { watchParent } from '../../src-engine/scheduler/parent'

watchParent(() => {
  writeFileSync(process.argv[2] ?? '', 'gone')
  process.exit(0)
})
process.stdout.write('watching\n')
