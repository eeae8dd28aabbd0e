import { builtinModules } from 'node:module'

/**
 * Who may import what. A file is named from the checkout's root, with slashes; so is the target of a relative import, without its extension;
 * any other target is its package (`electron`), and Node's own modules carry `node:`.
 *
 * @typedef {object} Fence
 * @property {string} say what to do instead
 * @property {(file: string) => boolean} inside the files it holds for
 * @property {(target: string) => boolean} forbids
 * @property {readonly string[]} [names] only these names of the target are forbidden
 * @property {boolean} [typesAllowed] `import type` may pass
 */

/** @param {readonly string[]} folders */
const under = (...folders) => (/** @type {string} */ path) => folders.some((folder) => path === folder || path.startsWith(`${folder}/`))
/** @param {readonly string[]} targets */
const oneOf = (...targets) => (/** @type {string} */ target) => targets.includes(target)
/** @param {readonly string[]} files */
const sourcesExcept = (...files) => (/** @type {string} */ file) => isSource(file) && !files.includes(file)

const isSource = under('src-renderer', 'src-main', 'src-engine')
const isContract = under('src-main/contract')
const isText = under('src-main/text')
const isNode = (/** @type {string} */ target) => target.startsWith('node:')
const isPreload = (/** @type {string} */ file) => /^src-main\/preload[\w-]*\.ts$/.test(file)

/** @type {readonly Fence[]} */
export const importFences = [
  {
    inside: under('src-renderer'),
    forbids: (target) => isNode(target) || target === 'electron',
    say: 'The window has neither Node nor Electron: ask main through src-renderer/bridge.ts.',
  },
  {
    inside: under('src-renderer'),
    forbids: (target) => (under('src-main')(target) && !isContract(target) && !isText(target)) || under('src-engine')(target),
    say: 'The window knows main by its contract only: import from src-main/contract (or src-main/text, which is pure).',
  },
  {
    inside: under('src-renderer/state'),
    forbids: (target) => under('src-renderer')(target) && !under('src-renderer/state')(target),
    say: 'What the window knows is pure and stands below all that shows it: import from src-renderer/state or the contract.',
  },
  {
    inside: under('src-renderer/ui'),
    forbids: under(...['conversation', 'library', 'reader', 'settings', 'window'].map((folder) => `src-renderer/${folder}`)),
    say: 'The panes are built from src-renderer/ui, not the other way: what puts panes together belongs in src-renderer/window.',
  },
  {
    inside: under('src-main'),
    forbids: (target) => under('src-engine')(target) && target !== 'src-engine/protocol',
    say: 'The engine is another process: import types from src-engine/protocol and speak through src-main/engine-host.',
  },
  {
    inside: under('src-main'),
    forbids: oneOf('src-engine/protocol'),
    typesAllowed: true,
    say: 'Only types cross from src-engine/protocol: write `import type`.',
  },
  {
    inside: under('src-main'),
    forbids: under('src-renderer'),
    say: 'Main never imports the window: what both need belongs in src-main/contract or src-main/text.',
  },
  {
    inside: under('src-engine'),
    forbids: (target) => target === 'electron' || under('src-main', 'src-renderer')(target),
    say: 'The engine runs under plain Node: it knows src-engine only, and its requests and events are in src-engine/protocol.ts.',
  },
  {
    inside: isContract,
    forbids: (target) => isNode(target) || target === 'electron' || (under('src-main', 'src-engine', 'src-renderer')(target) && !isContract(target)),
    say: 'A contract is pure: it imports other files of src-main/contract and zod, nothing else.',
  },
  {
    inside: isText,
    forbids: (target) => isNode(target) || target === 'electron' || (under('src-main', 'src-engine', 'src-renderer')(target) && !isText(target)),
    say: 'What all processes do with text is pure: it imports other files of src-main/text, nothing else.',
  },
  {
    inside: sourcesExcept('src-main/ipc/serve.ts'),
    forbids: oneOf('electron'),
    names: ['ipcMain'],
    say: 'Requests are heard in one place: add a handler to the map that src-main/ipc/serve.ts serves.',
  },
  {
    inside: (file) => isSource(file) && !isPreload(file),
    forbids: oneOf('electron'),
    names: ['ipcRenderer'],
    say: 'ipcRenderer belongs in the preload files: call through src-renderer/bridge.ts.',
  },
  {
    inside: sourcesExcept('src-main/engine-host/spawn.ts'),
    forbids: oneOf('electron'),
    names: ['utilityProcess'],
    say: 'The engine is started in one place: use src-main/engine-host/spawn.ts.',
  },
  {
    inside: (file) => isSource(file) && !under('src-engine/ggml/libraries')(file),
    forbids: oneOf('koffi'),
    say: 'Only src-engine/ggml/libraries calls C: use src-engine/ggml/backend.ts, or declare a function there.',
  },
  {
    inside: (file) => isSource(file) && !under('src-main/library')(file),
    forbids: oneOf('better-sqlite3'),
    say: 'The database belongs to its worker: use src-main/library/library.ts.',
  },
  {
    inside: (file) => under('test')(file) && file !== 'test/support/properties.ts',
    forbids: oneOf('fast-check'),
    say: 'What properties are tried on is the same in each run: import fc from test/support/properties.ts.',
  },
]

/**
 * Who may use which member: `object` is the last name before the dot.
 * @typedef {{ say: string, inside: (file: string) => boolean, object: RegExp, property: string }} MemberFence
 * @type {readonly MemberFence[]}
 */
export const memberFences = [
  {
    inside: sourcesExcept('src-main/ipc/publish.ts'),
    object: /^(webContents|contents|sender)$/,
    property: 'send',
    say: 'Main speaks to the window in one place: publish an event through src-main/ipc/publish.ts.',
  },
  {
    inside: sourcesExcept('src-renderer/bridge.ts'),
    object: /^(window|globalThis|self)$/,
    property: 'longleaf',
    say: 'Only src-renderer/bridge.ts touches window.longleaf: import call or subscribe from it.',
  },
]

const builtin = new Set(builtinModules)

/**
 * Names the target of an import the way the fences do.
 * @param {string} file from the root, with slashes
 * @param {string} specifier
 */
export function targetOf(file, specifier) {
  if (specifier.startsWith('.')) return new URL(specifier, `file:///${file}`).pathname.slice(1).replace(/\.(ts|tsx|js|mjs)$|\?.*$/, '')
  if (specifier.startsWith('node:')) return specifier
  const name = specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/')
  if (builtin.has(name)) return `node:${specifier}`
  return name
}
