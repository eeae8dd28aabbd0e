import type { Chapter, ReadingChoices, UnitRange } from '../../src-main/contract/reading'
import { sumOfUnits } from '../../src-main/contract/unit-ranges'

/** Chapters are chosen by those that have none below them: indices into the list. */
export type ChosenChapters = ReadonlySet<number>

type UnitTokens = ReadingChoices['unitTokens']

const chaptersShown = 60
/** Of what the model can have in view: parts that stand together. */
const shareTogether = 1 / 4

/**
 * The contents as deep as a person can look through: a list of some dozens, and at least its highest level. What is longer than the model can have
 * in view is shown with its parts, of which some can be chosen; a manual may have hundreds, so neighbours stand together.
 */
export function shownChapters(chapters: readonly Chapter[], tokensMax: number, unitTokens: UnitTokens): readonly Chapter[] {
  const levels = [...new Set(chapters.map(({ level }) => level))].sort((a, b) => a - b)
  const upTo = (level: number): readonly Chapter[] => chapters.filter((chapter) => chapter.level <= level)
  const deepest = levels.findLast((level) => upTo(level).length <= chaptersShown) ?? levels[0] ?? 0
  const above: Chapter[] = []
  const shown = chapters.filter((chapter) => {
    while ((above.at(-1)?.level ?? 0) >= chapter.level) above.pop()
    const isPartOfTooMuch = (above.at(-1)?.tokens ?? 0) > tokensMax
    above.push(chapter)
    return chapter.level <= deepest || isPartOfTooMuch
  })
  return shown.length <= chaptersShown ? shown : joinParts(shown, deepest, tokensMax * shareTogether, unitTokens)
}

/** Neighbours below the level as one, up to so many tokens. */
function joinParts(chapters: readonly Chapter[], level: number, tokensMax: number, unitTokens: UnitTokens): readonly Chapter[] {
  const groups: (readonly [first: Chapter, last: Chapter])[] = []
  const tokensFrom = (first: Chapter, last: Chapter): number => sumOfUnits([[first.units[0], last.units[1]]], unitTokens)
  for (const chapter of chapters) {
    const [first, last] = groups.at(-1) ?? []
    // What stands between two of the same level is above them: those that follow one another belong to the same chapter.
    const fits = first !== undefined && chapter.level > level && chapter.level === last?.level && tokensFrom(first, chapter) <= tokensMax
    if (fits) groups[groups.length - 1] = [first, chapter]
    else groups.push([chapter, chapter])
  }
  return groups.map(([first, last]) => (first === last ? first : { ...first, title: `${first.title} – ${last.title}`, units: [first.units[0], last.units[1]], tokens: tokensFrom(first, last) }))
}

/** Indices of a chapter and all below it: half-open. */
function branch(chapters: readonly Chapter[], index: number): readonly [first: number, end: number] {
  const level = chapters[index]?.level ?? 0
  const next = chapters.findIndex((chapter, other) => other > index && chapter.level <= level)
  return [index, next === -1 ? chapters.length : next]
}

const isLeaf = (chapters: readonly Chapter[], index: number): boolean => branch(chapters, index)[1] === index + 1

/** What has nothing below it, of a chapter; itself where it has nothing. */
function leavesOf(chapters: readonly Chapter[], index: number): readonly number[] {
  const [first, end] = branch(chapters, index)
  return Array.from({ length: end - first }, (_, offset) => first + offset).filter((each) => isLeaf(chapters, each))
}

export function chapterState(chapters: readonly Chapter[], chosen: ChosenChapters, index: number): 'all' | 'some' | 'none' {
  const leaves = leavesOf(chapters, index)
  const taken = leaves.filter((leaf) => chosen.has(leaf)).length
  return taken === 0 ? 'none' : taken === leaves.length ? 'all' : 'some'
}

/** A chapter with all below it is chosen, or, where it was, no more. */
export function toggleChapter(chapters: readonly Chapter[], chosen: ChosenChapters, index: number): ChosenChapters {
  const leaves = leavesOf(chapters, index)
  const isChosen = leaves.every((leaf) => chosen.has(leaf))
  return isChosen ? new Set([...chosen].filter((leaf) => !leaves.includes(leaf))) : new Set([...chosen, ...leaves])
}

/** The highest chapters that are chosen whole: with what stands before their first part. */
function wholeOnes(chapters: readonly Chapter[], chosen: ChosenChapters): readonly Chapter[] {
  const whole: Chapter[] = []
  for (let index = 0; index < chapters.length;) {
    const chapter = chapters[index]
    const isWhole = chapterState(chapters, chosen, index) === 'all'
    if (isWhole && chapter !== undefined) whole.push(chapter)
    index = isWhole ? branch(chapters, index)[1] : index + 1
  }
  return whole
}

/** A page that two chapters share is read once. */
export const chosenTokens = (chapters: readonly Chapter[], chosen: ChosenChapters, unitTokens: UnitTokens): number =>
  sumOfUnits(chosenUnits(chapters, chosen), unitTokens)

/** Units of the chosen chapters, in order, what touches drawn together. */
export function chosenUnits(chapters: readonly Chapter[], chosen: ChosenChapters): readonly UnitRange[] {
  const ranges = wholeOnes(chapters, chosen).map(({ units }) => units).sort((a, b) => a[0] - b[0])
  return ranges.reduce<readonly UnitRange[]>((joined, [first, last]) => {
    const open = joined.at(-1)
    if (open === undefined || first > open[1] + 1) return [...joined, [first, last]]
    return [...joined.slice(0, -1), [open[0], Math.max(open[1], last)]]
  }, [])
}

/** From the beginning as far as the model can have in view. */
export function firstChapters(chapters: readonly Chapter[], tokensMax: number, unitTokens: UnitTokens): ChosenChapters {
  let chosen: ChosenChapters = new Set()
  for (const leaf of chapters.keys()) {
    if (!isLeaf(chapters, leaf)) continue
    const more = new Set([...chosen, leaf])
    if (chosenTokens(chapters, more, unitTokens) > tokensMax) break
    chosen = more
  }
  return chosen
}
