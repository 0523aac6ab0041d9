/** Monday is 1: the 5th of January 1970 was one. */
export const dayName = (day: number, locale: string, weekday: 'short' | 'long' = 'short') =>
  new Intl.DateTimeFormat(locale, { weekday, timeZone: 'UTC' }).format(new Date(Date.UTC(1970, 0, 4 + day)))

/** A date without a time, e.g. 2026-12-01, as a list shows it. */
export function dayText(date: string, locale: string, now: Date): string {
  const year = date.startsWith(String(now.getFullYear())) ? undefined : 'numeric'
  return new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', year, timeZone: 'UTC' }).format(
    new Date(`${date}T00:00:00Z`),
  )
}
