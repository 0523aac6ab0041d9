import type { Card } from './entries'

export interface Place {
  date: string
  week: number
  day: number
  section_from: number
  section_to: number
}

export interface WeekChange {
  title: string
  before: Place | null
  after: Place | null
}

/** A block of the small grid: it leaves, comes, or stays where it is and changes otherwise. */
export interface Mark {
  title: string
  at: Place
  kind: 'leaves' | 'comes' | 'stays'
}

/** A week of the grid with only the sections that something happens in. */
export interface ChangedWeek {
  week: number
  from: number
  to: number
  marks: Mark[]
}

function placeOf(value: unknown): Place | null {
  const place = value as Place | null
  return place && typeof place.date === 'string' && Number.isInteger(place.section_from) ? place : null
}

const same = (a: Place, b: Place) =>
  a.date === b.date && a.section_from === b.section_from && a.section_to === b.section_to

/** What a card of the kind week_changes says; nothing for another one. */
export function changesOf(card: Card): WeekChange[] {
  if (card.type !== 'week_changes' || !Array.isArray(card.changes)) return []
  return (card.changes as Record<string, unknown>[]).map((change) => ({
    title: typeof change.title === 'string' ? change.title : '',
    before: placeOf(change.before),
    after: placeOf(change.after),
  }))
}

function marksOf({ title, before, after }: WeekChange): Mark[] {
  if (before && after && same(before, after)) return [{ title, at: after, kind: 'stays' }]
  const marks: Mark[] = []
  if (before) marks.push({ title, at: before, kind: 'leaves' })
  if (after) marks.push({ title, at: after, kind: 'comes' })
  return marks
}

export function changedWeeks(changes: readonly WeekChange[]): ChangedWeek[] {
  const byWeek = new Map<number, Mark[]>()
  for (const mark of changes.flatMap(marksOf)) {
    const marks = byWeek.get(mark.at.week) ?? []
    marks.push(mark)
    byWeek.set(mark.at.week, marks)
  }
  return [...byWeek.entries()]
    .sort(([a], [b]) => a - b)
    .map(([week, marks]) => ({
      week,
      marks,
      from: Math.min(...marks.map((mark) => mark.at.section_from)),
      to: Math.max(...marks.map((mark) => mark.at.section_to)),
    }))
}
