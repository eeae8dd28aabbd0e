/**
 * Run as a program: `glm-shape.ts PATH [Q4_0|Q4_K_M] [LAYERS] [2|4]` writes a file of GLM-4-9B's shape with random weights.
 * Delete it afterwards: 40 layers are 5 to 6 GB.
 */
import { hasGlmVocabulary } from '../support/glm-reference'
import { writeGlmShape } from '../support/glm-shape'

const [path, mix = 'Q4_0', layers = '40', kvHeads = '2'] = process.argv.slice(2)
if (path === undefined || (mix !== 'Q4_0' && mix !== 'Q4_K_M')) throw new Error('glm-shape.ts PATH [Q4_0|Q4_K_M] [LAYERS] [2|4]')
const bytes = writeGlmShape(path, { mix, layers: Number(layers), kvHeads: kvHeads === '4' ? 4 : 2, ownTokens: hasGlmVocabulary })
console.log(`${path}: ${bytes} bytes`)
