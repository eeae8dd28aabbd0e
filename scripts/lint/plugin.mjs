import { relative, sep } from 'node:path'
import { checkout } from '../setup/paths.mjs'
import { importFences, memberFences, targetOf } from './fences.mjs'

/**
 * @typedef {any} Node a node of ESLint's tree; its plugins' types are looser than ours
 * @type {import('eslint').Rule.RuleModule}
 */
const fence = {
  meta: { type: 'problem', schema: [], messages: { broken: '{{say}}' } },
  create(context) {
    const file = relative(checkout, context.filename).split(sep).join('/')
    const imports = importFences.filter((each) => each.inside(file))
    const members = memberFences.filter((each) => each.inside(file))
    /**
     * @param {Node} node
     * @param {Node} source
     * @param {boolean} typesOnly
     * @param {readonly string[] | undefined} names undefined when all of the module comes
     */
    const check = (node, source, typesOnly, names) => {
      if (typeof source?.value !== 'string') return
      const target = targetOf(file, source.value)
      for (const each of imports) {
        if (!each.forbids(target) || (typesOnly && each.typesAllowed)) continue
        const concerns = each.names === undefined || names === undefined || each.names.some((name) => names.includes(name))
        if (concerns) context.report({ node, messageId: 'broken', data: { say: each.say } })
      }
    }
    return {
      ImportDeclaration(/** @type {Node} */ node) {
        check(node, node.source, isTypesOnly(node, node.importKind), namesOf(node.specifiers, node.importKind))
      },
      ExportNamedDeclaration(/** @type {Node} */ node) {
        check(node, node.source, isTypesOnly(node, node.exportKind), namesOf(node.specifiers, node.exportKind))
      },
      ExportAllDeclaration: (/** @type {Node} */ node) => check(node, node.source, node.exportKind === 'type', undefined),
      ImportExpression: (/** @type {Node} */ node) => check(node, node.source, false, undefined),
      'CallExpression[callee.name="require"]': (/** @type {Node} */ node) => check(node, node.arguments[0], false, undefined),
      MemberExpression(/** @type {Node} */ node) {
        const property = node.computed ? node.property.value : node.property.name
        const object = node.object.type === 'MemberExpression' ? node.object.property.name : node.object.name
        for (const each of members) {
          if (property === each.property && each.object.test(object ?? '')) context.report({ node, messageId: 'broken', data: { say: each.say } })
        }
      },
    }
  },
}

/**
 * @param {Node} node
 * @param {string} kind
 */
function isTypesOnly(node, kind) {
  if (kind === 'type') return true
  return node.specifiers.length > 0 && node.specifiers.every((/** @type {Node} */ each) => each.importKind === 'type' || each.exportKind === 'type')
}

/**
 * The values that come in by name; undefined when the whole module does.
 * @param {readonly Node[]} specifiers
 * @param {string} kind
 * @returns {readonly string[] | undefined}
 */
function namesOf(specifiers, kind) {
  if (kind === 'type') return []
  if (specifiers.some((each) => each.type === 'ImportDefaultSpecifier' || each.type === 'ImportNamespaceSpecifier')) return undefined
  return specifiers
    .filter((each) => each.importKind !== 'type' && each.exportKind !== 'type')
    .map((each) => (each.type === 'ImportSpecifier' ? (each.imported.name ?? each.imported.value) : (each.local.name ?? each.local.value)))
}

/** The project's own lint rule: `longleaf/fence`. */
export const longleaf = { rules: { fence } }
