import { lengthOf, meet, sameSlot, type Shape } from './grid'
import { isStudy, type BoardBlock } from './pieces'
import type { Block, Day, Slot } from './types'

/** What is in the hand: a block of the board, or an item or task without a place. */
export interface Carried {
  /** The block's name on the board. */
  key: string
  title: string
  sections: number
  /** Absent: it stands nowhere yet. */
  from?: Slot
  placement_id?: number
  item_id?: number | null
  quick_task_id?: number | null
  task_class_id?: number | null
  task_class_name?: string | null
  hue?: number | null
  locked?: boolean
}

export type Rule = 'overlap' | 'crosses_filler' | 'outside_term' | 'locked' | 'past'
export type Caution = 'past' | 'holiday'

/** What letting go would do. */
export type Verdict =
  | { kind: 'stay' }
  | { kind: 'put'; inside: Block | null; cautions: Caution[] }
  | { kind: 'swap'; other: Block; cautions: Caution[] }
  | { kind: 'no'; rule: Rule; blocks: Block[] }

/** What the clocks of the term's time zone show. */
export interface Clock {
  date: string
  minutes: number
  /** Minutes of the day at which a section begins. */
  startOf: (section: number) => number
}

export interface Setting {
  blocks: readonly BoardBlock[]
  days: readonly Day[]
  shape: Shape
  study_on_holidays: boolean
  clock: Clock
  /** A preview knows no swaps and nothing in the past; a hand may do both. */
  preview: boolean
}

const contains = (outer: Slot, inner: Slot) =>
  outer.section_from <= inner.section_from && inner.section_to <= outer.section_to

function cautionsOf(to: Slot, { days, study_on_holidays, clock }: Setting): Caution[] {
  const day = days.find((candidate) => candidate.day === to.day)
  if (!day) return []
  const past = day.date < clock.date || (day.date === clock.date && clock.startOf(to.section_from) < clock.minutes)
  return [...(past ? (['past'] as const) : []), ...(day.off && !study_on_holidays ? (['holiday'] as const) : [])]
}

/** Where the carried thing may go, by the rules that the page knows; the server decides again. */
export function verdictOf(carried: Carried, to: Slot, setting: Setting): Verdict {
  const { shape, blocks } = setting
  if (to.week < 1 || to.week > shape.weeks || to.section_from < 1 || to.section_to > shape.sections)
    return { kind: 'no', rule: 'outside_term', blocks: [] }
  if (carried.from && sameSlot(carried.from, to)) return { kind: 'stay' }
  if (carried.locked) return { kind: 'no', rule: 'locked', blocks: [] }
  const cautions = cautionsOf(to, setting)
  if (setting.preview && cautions.includes('past')) return { kind: 'no', rule: 'past', blocks: [] }
  const there = blocks.filter((block) => meet(block, to) && block.key !== carried.key)
  const studies = there.filter(isStudy)
  const courses = there.filter((block) => !isStudy(block))
  const inside = courses.length === 1 && courses[0]!.embeddable && contains(courses[0]!, to) ? courses[0]! : null
  if (studies.length === 1 && carried.from && !setting.preview) {
    const other = studies[0]!
    if (other.locked) return { kind: 'no', rule: 'overlap', blocks: studies }
    return { kind: 'swap', other, cautions }
  }
  if (studies.length) return { kind: 'no', rule: 'overlap', blocks: studies }
  if (courses.length && !inside)
    return {
      kind: 'no',
      rule: courses.every((course) => course.embeddable) ? 'crosses_filler' : 'overlap',
      blocks: courses,
    }
  return { kind: 'put', inside, cautions }
}

/** The first place in the shown week where the carried thing fits without a caution, else the week's first section. */
export function firstFit(carried: Carried, week: number, setting: Setting): Slot {
  const { shape } = setting
  for (let day = 1; day <= 7; day++)
    for (let section = 1; section + carried.sections - 1 <= shape.sections; section++) {
      const slot = { week, day, section_from: section, section_to: section + carried.sections - 1 }
      const verdict = verdictOf(carried, slot, setting)
      if (verdict.kind === 'put' && !verdict.inside && !verdict.cautions.length) return slot
    }
  return { week, day: 1, section_from: 1, section_to: carried.sections }
}

/** Where a block goes that another one changes places with: it keeps its length. */
export const swappedSlot = (block: Slot, other: Slot): Slot => ({
  week: other.week,
  day: other.day,
  section_from: other.section_from,
  section_to: other.section_from + lengthOf(block) - 1,
})
