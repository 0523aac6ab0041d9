const dayMs = 86_400_000

/** The day of the reader's clock, as the server takes it. */
export const dayOf = (at: Date): string =>
  `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, '0')}-${String(at.getDate()).padStart(2, '0')}`

/** The last so many days, today with them. */
export const lastDays = (days: number, now: Date) => ({
  from: dayOf(new Date(now.getTime() - (days - 1) * dayMs)),
  to: dayOf(now),
})

/** Whole hours: what is kept by the hour cannot be cut finer. */
export const offsetMinutes = (now: Date): number => Math.round(-now.getTimezoneOffset() / 60) * 60
