/** Which attention heads of a model tell where its words come from: known for some models, found by a calibration for all others. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import entries from '../../resources/evidence-heads.json'
import type { Calibration, ModelFacts } from '../../src-engine/protocol'
import { calibrationCases } from '../ask/calibration-cases'
import type { EngineClient } from '../engine-host/client'

const headSchema = z.strictObject({ layer: z.number().int().nonnegative(), head: z.number().int().nonnegative() })
const calibrationSchema = z.strictObject({ heads: z.array(headSchema).min(1), mass: z.number().positive(), logProbability: z.number() })
const storedSchema = calibrationSchema.extend({ version: z.literal(1) })

/** A model is known by its architecture and by words of the name that its file gives itself, in small letters. */
const tableSchema = z.array(calibrationSchema.extend({ architecture: z.string(), words: z.array(z.string()).min(1) }))
const table = tableSchema.parse(entries)

type KnownBy = Pick<ModelFacts, 'architecture' | 'name' | 'bytes'>

export interface EvidenceHeads {
  /** What is known of a model; null where nothing is yet. */
  of(facts: KnownBy): Promise<Calibration | null>
  /** Calibrates the model that is loaded, where nothing is known of it; resolves when that is done, or another model is loaded. */
  learn(facts: KnownBy): Promise<void>
}

export function createEvidenceHeads(engine: Pick<EngineClient, 'calibrate'> & { readonly facts: KnownBy | null }, folder: string): EvidenceHeads {
  let isLearning = false
  const of = async (facts: KnownBy): Promise<Calibration | null> => inTable(facts) ?? (await readStored(storedPath(folder, facts)))
  return {
    of,
    async learn(facts) {
      if (isLearning) return
      isLearning = true
      try {
        let found = await of(facts)
        // What somebody waits for ends the search, which then begins anew behind it.
        while (found === null && engine.facts === facts) {
          found = await engine.calibrate(calibrationCases)
          if (found !== null) await store(storedPath(folder, facts), found)
        }
      } finally {
        isLearning = false
      }
    },
  }
}

function inTable({ architecture, name }: KnownBy): Calibration | null {
  const words = name.toLowerCase()
  const entry = table.find((known) => known.architecture === architecture && known.words.every((word) => words.includes(word)))
  return entry === undefined ? null : { heads: entry.heads, mass: entry.mass, logProbability: entry.logProbability }
}

const storedPath = (folder: string, { architecture, name, bytes }: KnownBy): string =>
  join(folder, `${[architecture, name, bytes].join('-').replace(/[^\p{L}\p{N}.-]+/gu, '_')}.heads.json`)

async function readStored(path: string): Promise<Calibration | null> {
  const parsed = storedSchema.safeParse(await readFile(path, 'utf8').then(JSON.parse).catch(() => null))
  if (!parsed.success) return null
  const { heads, mass, logProbability } = parsed.data
  return { heads, mass, logProbability }
}

async function store(path: string, calibration: Calibration): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true })
  await writeFile(`${path}.part`, JSON.stringify({ version: 1, ...calibration }))
  await rename(`${path}.part`, path)
}
