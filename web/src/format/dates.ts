import { dayNumber, localDate, zone } from './moments'

const dayMs = 86_400_000

/** Calendar days from now to the date in the term's zone: 0 today, 1 tomorrow, -1 yesterday. */
export const daysAway = (iso: string, now: Date): number => dayNumber(Date.parse(iso)) - dayNumber(now.getTime())

/** In the term's zone. */
const format = (locale: string, options: Intl.DateTimeFormatOptions, at: Date) =>
  new Intl.DateTimeFormat(locale, { ...options, timeZone: zone.value }).format(at)

const sameYear = (a: Date, b: Date) => localDate(a.getTime()).slice(0, 4) === localDate(b.getTime()).slice(0, 4)

export function clock(iso: string, locale: string): string {
  return format(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }, new Date(iso))
}

export function dateTime(iso: string, locale: string): string {
  const all = {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  } as const
  return format(locale, all, new Date(iso))
}

/** A moment in a list: the year only where it is not this one. */
export function stamp(iso: string, locale: string, now: Date): string {
  const date = new Date(iso)
  const year = sameYear(date, now) ? undefined : ('numeric' as const)
  return format(
    locale,
    { year, month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
    date,
  )
}

export function shortDate(iso: string, locale: string, now: Date): string {
  const date = new Date(iso)
  const year = sameYear(date, now) ? undefined : ('numeric' as const)
  return format(locale, { month: 'short', day: 'numeric', weekday: 'short', year }, date)
}

export function longDay(at: Date, locale: string): string {
  return format(locale, { month: 'long', day: 'numeric', weekday: 'long' }, at)
}

/** How a deadline reads in a list: the near days by name, the rest by date, always with the time. */
export function deadlineText(iso: string, locale: string, now: Date): string {
  const days = daysAway(iso, now)
  if (Math.abs(days) <= 1) {
    const name = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(days, 'day')
    return `${name} ${clock(iso, locale)}`
  }
  return `${shortDate(iso, locale, now)} ${clock(iso, locale)}`
}

export type Nearness = 'overdue' | 'soon' | 'later'

export function nearness(iso: string, now: Date): Nearness {
  const left = new Date(iso).getTime() - now.getTime()
  return left < 0 ? 'overdue' : left < dayMs ? 'soon' : 'later'
}

/** "3 minutes ago" in the coarsest unit that is not zero. */
export function ago(iso: string, locale: string, now: Date): string {
  const seconds = Math.round((new Date(iso).getTime() - now.getTime()) / 1000)
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  const units: [Intl.RelativeTimeFormatUnit, number][] = [
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
  ]
  for (const [unit, size] of units) {
    if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit)
  }
  return format.format(0, 'minute')
}
