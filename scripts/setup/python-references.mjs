import { join } from 'node:path'
import { installFolder } from './files.mjs'
import { run } from './process.mjs'
import { pipInstall } from './registries.mjs'

/** Python packages that tests compare with; nothing of the app uses them. tiktoken is the tokenizer that GLM-4 was trained with, Jinja runs chat templates. */
const packages = ['tiktoken==0.14.0', 'jinja2==3.1.6', 'markupsafe==3.0.3']

/** @param {{ readonly cache: string }} context */
export const pythonReferences = ({ cache }) => join(cache, 'python-references')

/** @param {NodeJS.Platform} platform */
export const pythonProgram = (platform) => (platform === 'win32' ? 'python' : 'python3')

/** @type {import('./step.mjs').Step} */
export const pythonReferencesStep = {
  title: 'Python packages to compare with',
  mend: 'npm run setup -- --tests (with a network, Python and pip)',
  async isDone(context) {
    const versions = packages.map((each) => each.split('=='))
    const check = `import importlib.metadata as m, tiktoken, jinja2\nassert all(m.version(name) == version for name, version in ${JSON.stringify(versions)})`
    const env = { ...context.env, PYTHONPATH: pythonReferences(context) }
    return (await run(pythonProgram(context.platform), ['-c', check], { env })).code === 0
  },
  sources: () => [{ title: packages.join(', '), network: true, install: (context) => installFolder(pythonReferences(context), (folder) => pipInstall(packages, folder, context)) }],
}
