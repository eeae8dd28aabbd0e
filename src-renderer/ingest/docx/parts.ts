import { FailureError } from '../../../src-main/contract/failure'
import { quoteName } from '../names'
import type { ZipArchive } from '../zip'
import { readPart, type XmlElement } from './xml'

/** The parts of a Word file that say something about its text, found by relationships, never by fixed names. */
export interface DocumentParts {
  readonly document: Uint8Array
  readonly styles: readonly XmlElement[]
  readonly numbering: readonly XmlElement[]
  readonly footnotes: Uint8Array | null
  readonly endnotes: Uint8Array | null
  readonly core: readonly XmlElement[]
  readonly hasComments: boolean
}

/** Resolves parts as Open Packaging says (ECMA-376 Part 2, 9.3), with the usual names where a relationship is missing. */
export function readParts(archive: ZipArchive, fileName: string): DocumentParts {
  const who = quoteName(fileName)
  const root = relationships(archive, '', '_rels/.rels', who)
  const main = root.get('officeDocument') ?? 'word/document.xml'
  const document = archive.read(main)
  if (document === null) {
    throw new FailureError('damaged', `${who} is a Word document without its text: the part that holds it is missing. Get the file again and add it once more.`)
  }
  const folder = main.slice(0, main.lastIndexOf('/') + 1)
  const own = relationships(archive, folder, `${folder}_rels/${main.slice(folder.length)}.rels`, who)
  const part = (type: string): Uint8Array | null => archive.read(own.get(type) ?? `${folder}${type}.xml`)
  return {
    document,
    styles: readPart(part('styles'), 'w:styles', who),
    numbering: readPart(part('numbering'), 'w:numbering', who),
    footnotes: part('footnotes'),
    endnotes: part('endnotes'),
    core: readPart(archive.read(root.get('core-properties') ?? 'docProps/core.xml'), 'cp:coreProperties', who),
    hasComments: own.has('comments'),
  }
}

/** Targets by the last word of their type, which transitional and Strict files share. */
function relationships(archive: ZipArchive, folder: string, name: string, who: string): ReadonlyMap<string, string> {
  const targets = new Map<string, string>()
  for (const element of readPart(archive.read(name), 'rel:Relationships', who)) {
    const { Type: type, Target: target, TargetMode: mode } = element.attributes
    if (type === undefined || target === undefined || mode === 'External') continue
    const key = type.slice(type.lastIndexOf('/') + 1)
    if (!targets.has(key)) targets.set(key, resolvePath(folder, target))
  }
  return targets
}

function resolvePath(folder: string, target: string): string {
  const path: string[] = []
  for (const step of (target.startsWith('/') ? target : `${folder}${target}`).split('/')) {
    if (step === '..') path.pop()
    else if (step !== '' && step !== '.') path.push(step)
  }
  return path.join('/')
}
