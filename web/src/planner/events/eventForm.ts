import type { SectionTime, Term } from '../week/types'
import type { EventFields, PersonalEvent } from './api'

export type Repeat = 'once' | 'weekly' | 'biweekly'

/** What the dialog edits. */
export interface EventForm {
  title: string
  place: string
  date: string
  repeat: Repeat
  until: string
  by: 'sections' | 'hours'
  from: number
  to: number
  starts: string
  ends: string
  /** Of an event that is there: its dates are not touched. */
  keep: boolean
  replace: boolean
}

/** Where a cell was chosen. */
export interface Cell {
  date: string
  section: number
}

const last = (times: readonly SectionTime[], section: number) => Math.min(section + 1, times.length)

/** Two sections from the chosen one on. */
export function emptyForm({ date, section }: Cell, times: readonly SectionTime[]): EventForm {
  const to = last(times, section)
  return {
    title: '',
    place: '',
    date,
    repeat: 'once',
    until: '',
    by: 'sections',
    from: section,
    to,
    starts: times[section - 1]?.starts ?? '',
    ends: times[to - 1]?.ends ?? '',
    keep: false,
    replace: false,
  }
}

/** How an event repeats, as far as its dates tell. */
export function repeatOf(weeks: readonly number[]): Repeat {
  if (weeks.length < 2) return 'once'
  return weeks.every((week, index) => index === 0 || (week - weeks[index - 1]!) % 2 === 0) ? 'biweekly' : 'weekly'
}

export function formOf(event: PersonalEvent): EventForm {
  const repeat = repeatOf(event.weeks)
  return {
    title: event.title,
    place: event.place,
    date: event.dates[0] ?? '',
    repeat,
    until: repeat === 'once' ? '' : (event.dates.at(-1) ?? ''),
    by: event.own_times ? 'hours' : 'sections',
    // Between two sections it has none; the one before is offered.
    from: Math.max(1, Math.min(event.section_from, event.section_to)),
    to: Math.max(1, event.section_to),
    starts: event.starts,
    ends: event.ends,
    keep: true,
    replace: false,
  }
}

export type Problem = 'title' | 'date' | 'until' | 'to' | 'hours'

/** Every reason by field; a page says it in its own words. */
export function problemsOf(
  form: EventForm,
  term: Pick<Term, 'first_monday' | 'weeks'>,
): Partial<Record<string, Problem>> {
  const problems: Partial<Record<string, Problem>> = {}
  if (!form.title.trim()) problems.title = 'title'
  if (!form.keep) {
    const ends = new Date(`${term.first_monday}T00:00:00Z`)
    ends.setUTCDate(ends.getUTCDate() + term.weeks * 7 - 1)
    if (!form.date || form.date < term.first_monday || form.date > ends.toISOString().slice(0, 10))
      problems.date = 'date'
    if (form.repeat !== 'once' && form.until && form.until < form.date) problems.until = 'until'
  }
  if (form.by === 'sections') {
    if (form.to < form.from) problems.to = 'to'
  } else if (!form.starts || !form.ends || form.ends <= form.starts) problems.ends = 'hours'
  return problems
}

/** What is sent; of dates that are kept nothing is. */
export function fieldsOf(form: EventForm): EventFields {
  const dates = form.keep
    ? {}
    : { date: form.date, repeat: form.repeat, until: form.repeat === 'once' ? null : form.until || null }
  const hours =
    form.by === 'sections' ? { section_from: form.from, section_to: form.to } : { starts: form.starts, ends: form.ends }
  return { title: form.title.trim(), place: form.place.trim(), ...dates, ...hours, replace_conflicts: form.replace }
}
