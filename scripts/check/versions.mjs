import { join } from 'node:path'
import { readJson } from '../setup/files.mjs'
import { checkout } from '../setup/paths.mjs'
import { unsafeVersions } from './min-versions.mjs'

const problems = unsafeVersions(await readJson(join(checkout, 'package-lock.json')), await readJson(join(checkout, 'min-versions.json')))
for (const problem of problems) process.stderr.write(`${problem}\n`)
process.exitCode = problems.length === 0 ? 0 : 1
