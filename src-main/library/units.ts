import { spanBoxes } from '../contract/boxes'
import type { ParsedUnit, Span, UnitProblemKind } from '../contract/document'
import type { UnitMarks, UnitText } from '../contract/library'
import { unpackRuns } from '../contract/runs'
import { change, firstId, lastId, partOf, row, rows, type Database } from './database'
import { packBlob, unpackBlob } from './runs-blob'

/** A unit on its way in: its runs are packed as it comes, so that a long document waits in little memory. */
export interface StagedUnit extends Omit<ParsedUnit, 'runs'> {
  readonly runs: Uint8Array
}

export const stageUnit = (unit: ParsedUnit): StagedUnit => ({ ...unit, runs: packBlob(unit.runs) })

/** `crossings`: for units whose last sentence goes on in the next one, how many characters of that belong to it. */
export function insertUnits(db: Database, document: number, units: readonly StagedUnit[], crossings: ReadonlyMap<number, number>): void {
  units.forEach((unit, index) => {
    const { text, label, furniture, width, height, rotation, runs, problem } = unit
    change(db, 'INSERT INTO unit (id, text, label, furniture, width, height, rotation, runs, problem, crossing) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      firstId(document) + index, text, label, furniture, width, height, rotation, runs, problem, crossings.get(index) ?? null)
  })
}

export function unitTexts(db: Database, document: number): readonly UnitText[] {
  return rows<{ id: number; label: string | null; text: string }>(db, 'SELECT id, label, text FROM unit WHERE id BETWEEN ? AND ? ORDER BY id', firstId(document), lastId(document))
    .map(({ id, label, text }) => ({ unit: partOf(id), label, text }))
}

export const unitLabels = (db: Database, document: number): readonly (string | null)[] =>
  rows<{ label: string | null }>(db, 'SELECT label FROM unit WHERE id BETWEEN ? AND ? ORDER BY id', firstId(document), lastId(document)).map(({ label }) => label)

export const unitText = (db: Database, document: number, unit: number): string => row<{ text: string }>(db, 'SELECT text FROM unit WHERE id = ?', firstId(document) + unit)?.text ?? ''

/** Boxes that the spans cover, unit by unit; units without boxes are left out. */
export function marks(db: Database, document: number, spans: readonly Span[]): readonly UnitMarks[] {
  const ranges = new Map<number, (readonly [number, number])[]>()
  for (const { start, end } of spans) {
    for (let unit = start.unit; unit <= end.unit; unit += 1) {
      const range = [unit === start.unit ? start.offset : 0, unit === end.unit ? end.offset : Infinity] as const
      ranges.set(unit, [...(ranges.get(unit) ?? []), range])
    }
  }
  return [...ranges].sort(([a], [b]) => a - b).flatMap(([unit, stretches]) => {
    const stored = row<{ text: string; runs: Uint8Array }>(db, 'SELECT text, runs FROM unit WHERE id = ?', firstId(document) + unit)
    if (stored === undefined) return []
    const runs = unpackRuns(unpackBlob(stored.runs))
    const boxes = stretches.flatMap(([start, end]) => spanBoxes(runs, start, end, stored.text))
    return boxes.length === 0 ? [] : [{ unit, boxes }]
  })
}

export interface UnitProblem {
  readonly unit: number
  readonly kind: UnitProblemKind
}

export const problemsOf = (units: readonly StagedUnit[]): readonly UnitProblem[] =>
  units.flatMap(({ problem }, unit) => (problem === null ? [] : [{ unit, kind: problem }]))
