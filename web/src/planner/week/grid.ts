import type { Block, SectionTime, Slot } from './types'

/** Heights of the board in pixels; the page gives them to the styles. */
export const sectionPx = 46
const gapPx = 12

/** A pause in which something stands: a line of text. */
const filledGapPx = 24

/** A pause this long is drawn as a gap: lunch and supper. */
const gapMinutes = 60

type Sections = Pick<Slot, 'section_from' | 'section_to'>

/** Pixels of the gap before a section, from 1 to one after the last; absent: none. */
export type Gaps = ReadonlyMap<number, number>

export interface Shape {
  weeks: number
  sections: number
}

export function minutesOf(clock: string): number {
  const [hours, minutes] = clock.split(':').map(Number)
  return hours! * 60 + minutes!
}

/** An event whose hours touch no section: it stands after section_to and before section_from, the next one. */
export const isBetween = (slot: Sections) => slot.section_from > slot.section_to

/** Long pauses, and those in which one of the blocks stands. */
export function gapsOf(times: readonly SectionTime[], blocks: readonly Sections[]): Gaps {
  const gaps = new Map<number, number>()
  for (const [index, time] of times.entries()) {
    const before = times[index - 1]
    if (before && minutesOf(time.starts) - minutesOf(before.ends) >= gapMinutes) gaps.set(index + 1, gapPx)
  }
  for (const block of blocks) if (isBetween(block)) gaps.set(block.section_from, filledGapPx)
  return gaps
}

/** The rows of the board: a track a section, and a smaller one for each gap. */
export function rowTracks(times: readonly SectionTime[], gaps: Gaps): string {
  const gap = (section: number) => (gaps.has(section) ? [`${gaps.get(section)}px`] : [])
  return [...times.flatMap((_, index) => [...gap(index + 1), 'var(--section)']), ...gap(times.length + 1)].join(' ')
}

/** Grid lines (from 1) of a block. */
export function rowsOf(gaps: Gaps, { section_from: from, section_to: to }: Sections): { start: number; end: number } {
  const line = (section: number) => section + [...gaps.keys()].filter((gap) => gap <= section).length
  return from > to ? { start: line(from) - 1, end: line(from) } : { start: line(from), end: line(to) + 1 }
}

/** Pixels of the board above a time of day; all of a pause lies at its beginning. */
export function depthOf(times: readonly SectionTime[], gaps: Gaps, minutes: number): number {
  let top = 0
  for (const [index, time] of times.entries()) {
    const [starts, ends] = [minutesOf(time.starts), minutesOf(time.ends)]
    if (minutes < starts) return top
    top += gaps.get(index + 1) ?? 0
    if (minutes < ends) return top + (sectionPx * (minutes - starts)) / (ends - starts)
    top += sectionPx
  }
  return top
}

/** The section at a height above which `y` pixels of the board lie; in a gap and beyond the ends the nearest after it. */
export function sectionAt(times: readonly SectionTime[], gaps: Gaps, y: number): number {
  let bottom = 0
  for (let section = 1; section <= times.length; section++) {
    bottom += sectionPx + (gaps.get(section) ?? 0)
    if (y < bottom) return section
  }
  return times.length
}

export const lengthOf = (slot: Pick<Slot, 'section_from' | 'section_to'>) => slot.section_to - slot.section_from + 1

export const sameSlot = (a: Slot, b: Slot) =>
  a.week === b.week && a.day === b.day && a.section_from === b.section_from && a.section_to === b.section_to

/** Whether two are in each other's way: they want the same section. */
export const meet = (a: Slot, b: Slot) => !isBetween(a) && !isBetween(b) && overlap(a, b)

/** Whether two want the same row of the board: a section, or the same pause, also one that a block goes on over. */
export const overlap = (a: Slot, b: Slot) =>
  a.week === b.week &&
  a.day === b.day &&
  ((a.section_from <= b.section_to && b.section_from <= a.section_to) ||
    (isBetween(a) && isBetween(b) && a.section_from === b.section_from))

/** The block that begins there, pushed back into its day where its end would leave it. */
export function slotAt(week: number, day: number, section: number, sections: number, shape: Shape): Slot {
  const from = Math.max(1, Math.min(section, shape.sections - sections + 1))
  return { week, day, section_from: from, section_to: from + sections - 1 }
}

/** One arrow key from a slot: a section up or down, a day left or right into the next week; null at the term's edge. */
export function stepSlot(slot: Slot, key: string, shape: Shape): Slot | null {
  const sections = lengthOf(slot)
  const moved = (week: number, day: number, section: number): Slot | null => {
    const inside = week >= 1 && week <= shape.weeks && section >= 1 && section + sections - 1 <= shape.sections
    return inside ? slotAt(week, day, section, sections, shape) : null
  }
  const { week, day, section_from: from } = slot
  if (key === 'ArrowUp') return moved(week, day, from - 1)
  if (key === 'ArrowDown') return moved(week, day, from + 1)
  if (key === 'ArrowLeft') return day > 1 ? moved(week, day - 1, from) : moved(week - 1, 7, from)
  if (key === 'ArrowRight') return day < 7 ? moved(week, day + 1, from) : moved(week + 1, 1, from)
  if (key === 'PageUp') return moved(week - 1, day, from)
  if (key === 'PageDown') return moved(week + 1, day, from)
  return null
}

/** The block that an arrow key leads to from another one: along the day, or at about the same time of another day. */
export function neighbourOf(blocks: readonly Block[], from: Block, key: string): Block | null {
  const sorted = [...blocks].sort((a, b) => a.section_from - b.section_from || a.section_to - b.section_to)
  const day = sorted.filter((block) => block.day === from.day)
  const at = day.indexOf(from)
  if (key === 'ArrowUp') return day[at - 1] ?? null
  if (key === 'ArrowDown') return day[at + 1] ?? null
  if (key === 'Home') return day[0] ?? null
  if (key === 'End') return day.at(-1) ?? null
  const step = key === 'ArrowLeft' ? -1 : key === 'ArrowRight' ? 1 : 0
  for (let next = from.day + step; step && next >= 1 && next <= 7; next += step) {
    const there = sorted.filter((block) => block.day === next)
    const near = (block: Block) => Math.abs(block.section_from - from.section_from)
    if (there.length) return there.reduce((best, block) => (near(block) < near(best) ? block : best))
  }
  return null
}

/** The date and the minutes of the day that it is in a time zone. */
export function clockIn(timeZone: string, now: Date): { date: string; minutes: number } {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(now)
  const of = (type: string) => parts.find((part) => part.type === type)!.value
  return { date: `${of('year')}-${of('month')}-${of('day')}`, minutes: Number(of('hour')) * 60 + Number(of('minute')) }
}
