import { readGguf, type GgufFile } from '../../src-engine/gguf/reader'
import { memorySource } from './byte-source'
import { writeGguf, type WrittenValue } from './gguf-writer'

/** A file without weights, written and read. */
export const readMetadata = (metadata: readonly (readonly [key: string, value: WrittenValue])[]): GgufFile => readGguf(memorySource(writeGguf({ metadata })))
