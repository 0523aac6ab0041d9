import type { Holiday, SectionTime, SwapDay, Term } from '../courses/types'

/** A term as the page holds it. */
export interface TermForm {
  name: string
  first_monday: string
  weeks: number
  time_zone: string
  section_times: SectionTime[]
  holidays: Holiday[]
  swap_days: SwapDay[]
  study_on_holidays: boolean
}

export const sectionsMax = 16

/** Starts of 45-minute sections, as most universities hold them. */
const presetStarts = [
  '08:00',
  '08:55',
  '10:15',
  '11:10',
  '14:00',
  '14:55',
  '16:15',
  '17:10',
  '19:00',
  '19:55',
  '20:50',
  '21:45',
]

export const preset = (): SectionTime[] => presetStarts.map((starts) => ({ starts, ends: later(starts, 45) }))

export const formOf = (term: Term, name: string): TermForm => ({
  name: term.id === null ? name : term.name,
  first_monday: term.first_monday,
  weeks: term.weeks,
  time_zone: term.time_zone,
  section_times: term.section_times.map((time) => ({ ...time })),
  holidays: term.holidays.map((day) => ({ ...day })),
  swap_days: term.swap_days.map((day) => ({ ...day })),
  study_on_holidays: term.study_on_holidays,
})

export const minutesOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))

/** A time of day some minutes later, at most 23:59. */
export function later(time: string, minutes: number): string {
  const at = Math.min(minutesOf(time) + minutes, 1_439)
  return `${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}`
}

/** One section more, ten minutes after the last; none after midnight. */
export function withSection(times: readonly SectionTime[]): SectionTime[] {
  const last = times.at(-1)
  const starts = last ? later(last.ends, 10) : '08:00'
  return [...times, { starts, ends: later(starts, 45) }]
}

/** The Monday of the week of a date. */
export function mondayOf(date: string): string {
  const at = new Date(`${date}T00:00:00Z`)
  if (Number.isNaN(at.getTime())) return date
  at.setUTCDate(at.getUTCDate() - ((at.getUTCDay() + 6) % 7))
  return at.toISOString().slice(0, 10)
}

const plusDays = (date: string, days: number) => {
  const at = new Date(`${date}T00:00:00Z`)
  if (Number.isNaN(at.getTime())) return ''
  at.setUTCDate(at.getUTCDate() + days)
  return at.toISOString().slice(0, 10)
}

/** The last day of the term. */
export function lastDay(form: Pick<TermForm, 'first_monday' | 'weeks'>): string {
  return plusDays(form.first_monday, form.weeks * 7 - 1)
}

/** The Monday after the term, with which the next one may begin. */
export const mondayAfter = (term: Pick<TermForm, 'first_monday' | 'weeks'>) =>
  plusDays(term.first_monday, term.weeks * 7)

/** Whether today lies before or after the term; of a term that nobody has saved nothing is said. */
export function besideTerm(
  term: Pick<Term, 'first_monday' | 'weeks' | 'today'> & { id?: number | null },
): 'ahead' | 'over' | null {
  if (term.id == null) return null
  if (term.today < term.first_monday) return 'ahead'
  return term.today > lastDay(term) ? 'over' : null
}

/** Message keys by field of what cannot be saved; of sections the number of the first wrong one. */
export function problemsOf(form: TermForm): Record<string, { key: string; n?: number }> {
  const problems: Record<string, { key: string; n?: number }> = {}
  if (!form.name.trim()) problems.name = { key: 'timetable.rule.termName' }
  if (mondayOf(form.first_monday) !== form.first_monday || !form.first_monday)
    problems.first_monday = { key: 'timetable.rule.monday' }
  const wrong = form.section_times.findIndex(
    (time, i) =>
      !time.starts ||
      !time.ends ||
      minutesOf(time.ends) - minutesOf(time.starts) < 5 ||
      (i > 0 && time.starts < form.section_times[i - 1]!.ends),
  )
  if (wrong >= 0) problems.section_times = { key: 'timetable.rule.sectionTime', n: wrong + 1 }
  const end = lastDay(form)
  const inside = (date: string) => date >= form.first_monday && date <= end
  const off = form.holidays.map((day) => day.date)
  if (!off.every(inside)) problems.holidays = { key: 'timetable.rule.inside' }
  else if (new Set(off).size !== off.length) problems.holidays = { key: 'timetable.rule.twice' }
  const swaps = form.swap_days
  if (!swaps.every((day) => inside(day.date) && inside(day.follows)))
    problems.swap_days = { key: 'timetable.rule.inside' }
  else if (swaps.some((day) => day.date === day.follows || off.includes(day.date)))
    problems.swap_days = { key: 'timetable.rule.swap' }
  else if (new Set(swaps.map((day) => day.date)).size !== swaps.length)
    problems.swap_days = { key: 'timetable.rule.twice' }
  return problems
}
