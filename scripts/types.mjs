import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { main } from './setup/all.mjs'
import { checkout } from './setup/paths.mjs'
import { run } from './setup/process.mjs'

const atOnce = 2
const compiler = join(checkout, 'node_modules', 'typescript', 'bin', 'tsc')

// One project per process and one for what is pure; each knows only the types that its process has.
await main(async () => {
  const projects = (await readdir(checkout)).filter((name) => /^tsconfig\.(?!base)[\w-]+\.json$/.test(name))
  const failed = []
  const worker = async () => {
    for (let project = projects.shift(); project !== undefined; project = projects.shift()) {
      const { code, stdout, stderr } = await run(process.execPath, [compiler, '-p', project, '--pretty', 'false'], { cwd: checkout })
      if (code === 0) continue
      failed.push(project)
      process.stdout.write(`${project}\n${stdout}${stderr}`)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return failed.length === 0 ? 0 : 1
})
