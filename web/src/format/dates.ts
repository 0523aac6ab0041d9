const dayMs = 86_400_000

function startOfDay(at: Date): number {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime()
}

/** Calendar days from now to the date in local time: 0 today, 1 tomorrow, -1 yesterday. */
export function daysAway(iso: string, now: Date): number {
  return Math.round((startOfDay(new Date(iso)) - startOfDay(now)) / dayMs)
}

export function clock(iso: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(iso))
}

export function dateTime(iso: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(new Date(iso))
}

/** A moment in a list: the year only where it is not this one. */
export function stamp(iso: string, locale: string, now: Date): string {
  const date = new Date(iso)
  return new Intl.DateTimeFormat(locale, {
    year: date.getFullYear() === now.getFullYear() ? undefined : 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(date)
}

export function shortDate(iso: string, locale: string, now: Date): string {
  const date = new Date(iso)
  const sameYear = date.getFullYear() === now.getFullYear()
  return new Intl.DateTimeFormat(locale, {
    month: 'short',
    day: 'numeric',
    weekday: 'short',
    year: sameYear ? undefined : 'numeric',
  }).format(date)
}

export function longDay(at: Date, locale: string): string {
  return new Intl.DateTimeFormat(locale, { month: 'long', day: 'numeric', weekday: 'long' }).format(at)
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
