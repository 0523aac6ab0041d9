import type { Block, SectionTime, Slot } from './types'

/** Heights of the board in pixels; the page gives them to the styles. */
export const sectionPx = 46
export const gapPx = 12

/** A pause this long is drawn as a gap: lunch and supper. */
const gapMinutes = 60

export interface Shape {
  weeks: number
  sections: number
}

export function minutesOf(clock: string): number {
  const [hours, minutes] = clock.split(':').map(Number)
  return hours! * 60 + minutes!
}

/** Sections (from 1) that a gap precedes. */
export function gapsBefore(times: readonly SectionTime[]): number[] {
  return times.flatMap((time, index) => {
    const before = times[index - 1]
    return before && minutesOf(time.starts) - minutesOf(before.ends) >= gapMinutes ? [index + 1] : []
  })
}

/** The rows of the board: a track a section, and a small one for each gap. */
export function rowTracks(times: readonly SectionTime[]): string {
  const gaps = new Set(gapsBefore(times))
  return times.map((_, index) => (gaps.has(index + 1) ? 'var(--gap) var(--section)' : 'var(--section)')).join(' ')
}

/** Grid lines (from 1) of a block. */
export function rowsOf(times: readonly SectionTime[], from: number, to: number): { start: number; end: number } {
  const gaps = gapsBefore(times)
  const line = (section: number) => section + gaps.filter((gap) => gap <= section).length
  return { start: line(from), end: line(to) + 1 }
}

/** How far down the board a time of day lies: whole and broken sections, and gaps passed. */
export function depthOf(times: readonly SectionTime[], minutes: number): { sections: number; gaps: number } {
  const gaps = gapsBefore(times)
  const passed = (section: number) => gaps.filter((gap) => gap <= section).length
  for (const [index, time] of times.entries()) {
    const [starts, ends] = [minutesOf(time.starts), minutesOf(time.ends)]
    if (minutes < starts) return { sections: index, gaps: passed(index) }
    if (minutes < ends) return { sections: index + (minutes - starts) / (ends - starts), gaps: passed(index + 1) }
  }
  return { sections: times.length, gaps: gaps.length }
}

/** The section at a height above which `y` pixels of the board lie; the nearest one beyond its ends. */
export function sectionAt(times: readonly SectionTime[], y: number): number {
  const gaps = new Set(gapsBefore(times))
  let bottom = 0
  for (let section = 1; section <= times.length; section++) {
    bottom += sectionPx + (gaps.has(section) ? gapPx : 0)
    if (y < bottom) return section
  }
  return times.length
}

export const lengthOf = (slot: Pick<Slot, 'section_from' | 'section_to'>) => slot.section_to - slot.section_from + 1

export const sameSlot = (a: Slot, b: Slot) =>
  a.week === b.week && a.day === b.day && a.section_from === b.section_from && a.section_to === b.section_to

export const meet = (a: Slot, b: Slot) =>
  a.week === b.week && a.day === b.day && a.section_from <= b.section_to && b.section_from <= a.section_to

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
