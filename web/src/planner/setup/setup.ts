import type { SectionTime } from '../courses/types'
import { later, mondayOf, preset } from '../term/termForm'

export const steps = ['term', 'timetable', 'plan', 'schedule'] as const
export type Step = (typeof steps)[number]

const each = (minutes: number, starts: string): SectionTime[] =>
  starts.split(' ').map((at) => ({ starts: at, ends: later(at, minutes) }))

/** Hours of the day as schools have them; anything else is set on the term's page. */
export const hours: Record<'usual' | 'short' | 'long', SectionTime[]> = {
  usual: preset(),
  short: each(45, '08:00 08:50 09:50 10:40 11:30 13:30 14:20 15:20 16:10 18:30 19:20 20:10'),
  long: each(50, '08:00 09:00 10:10 11:10 14:00 15:00 16:10 17:10 19:00 20:00'),
}
export type Hours = keyof typeof hours

/** The Monday of week 1, when today lies in week `week`. */
export function firstMonday(today: string, week: number): string {
  const at = new Date(`${mondayOf(today)}T00:00:00Z`)
  at.setUTCDate(at.getUTCDate() - (week - 1) * 7)
  return at.toISOString().slice(0, 10)
}

/** What a term that begins there is called: spring terms begin after the winter break, autumn terms after the summer. */
export function seasonOf(monday: string): { season: 'spring' | 'summer' | 'autumn'; year: string } {
  const [year, month] = [monday.slice(0, 4), Number(monday.slice(5, 7))]
  if (month === 12) return { season: 'spring', year: String(Number(year) + 1) }
  return { season: month <= 5 ? 'spring' : month <= 7 ? 'summer' : 'autumn', year }
}

/** The zone of this browser's clock. */
export const browserZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone || 'Asia/Shanghai'
