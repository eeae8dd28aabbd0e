const folders = ['src-main', 'src-renderer', 'src-engine', 'src-kernels', 'scripts', 'test', 'resources', 'docs']
const name = String.raw`[\w.*-]+`
const file = new RegExp(String.raw`^(?:${name}/)*${name}\.(?:ts|tsx|mjs|js|json|md|pdf|png|c|h|so)$`)
const folder = new RegExp(`^(?:${folders.join('|')})(?:/${name})*/?$`)

/**
 * What a document names that is not there: files that it links to, files and folders in code spans, and scripts that are run by npm. A file may be named by
 * the end of its path, and some together as in `src-main/{cli,ipc}` or `*.ts`.
 *
 * @param {string} path of the document from the checkout's root, with slashes
 * @param {string} text Markdown
 * @param {{ files: readonly string[], scripts: readonly string[] }} checkout files by their paths from its root, and the scripts of package.json
 * @returns {readonly string[]} one sentence each
 */
export function missingIn(path, text, { files, scripts }) {
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target).filter((target) => !/^(?:https?:|#)/.test(target))
  const spans = [...withoutBlocks(text).matchAll(/`([^`\n]+)`/g)].flatMap(([, span = '']) => spread(span))
  const commands = [...text.matchAll(/npm run (?:--silent )?([\w-]+)/g)].map(([, command = '']) => command)
  return [
    ...links.filter((target) => !files.includes(resolved(path, target))).map((target) => `${path} links to ${target}, which is not there.`),
    ...spans.filter((span) => isMissing(span, files)).map((span) => `${path} names ${span}, which is not there.`),
    ...commands.filter((command) => !scripts.includes(command)).map((command) => `${path} runs ${command}, which is no script of package.json.`),
  ]
}

/** @param {string} text */
const withoutBlocks = (text) => text.replace(/^```[^]*?^```/gm, '')

/**
 * @param {string} path
 * @param {string} target
 */
const resolved = (path, target) => new URL(target, `file:///${path}`).pathname.slice(1)

/**
 * `a/{b,c}` as `a/b` and `a/c`.
 * @param {string} span
 * @returns {readonly string[]}
 */
function spread(span) {
  const [, before = '', choices, after = ''] = /^([^{]*)\{([^}]*)\}(.*)$/.exec(span) ?? []
  return choices === undefined ? [span] : choices.split(',').flatMap((choice) => spread(`${before}${choice}${after}`))
}

/**
 * @param {string} span
 * @param {readonly string[]} files
 */
function isMissing(span, files) {
  const pattern = span.replace(/\/$/, '').replaceAll('.', String.raw`\.`).replaceAll('*', '[^/]*')
  if (file.test(span)) return !files.some((each) => new RegExp(`(?:^|/)${pattern}$`).test(each))
  return folder.test(span) && !files.some((each) => new RegExp(`^${pattern}/`).test(each))
}
