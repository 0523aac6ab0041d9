/** Between a moment and the text of a datetime-local field, both in local time. */
export function toLocal(ms: number | null): string {
  if (ms === null) return ''
  const at = new Date(ms)
  return new Date(ms - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

/** Null for a field that is empty or only half filled in. */
export function fromLocal(text: string): number | null {
  const ms = text ? new Date(text).getTime() : Number.NaN
  return Number.isNaN(ms) ? null : ms
}

/** The end of a day: what a deadline is before somebody says the hour. */
export function endOfDay(now: Date): number {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate(), 23, 59).getTime()
}
