import { localDate, localTime, momentOf } from '@/format/moments'

/** Between a moment and the text of a datetime-local field, both in the term's zone. */
export const toLocal = (ms: number | null): string => (ms === null ? '' : `${localDate(ms)}T${localTime(ms)}`)

/** Null for a field that is empty or only half filled in. */
export function fromLocal(text: string): number | null {
  const [date = '', time = ''] = text.split('T')
  return time ? momentOf(date, time) : null
}

/** The end of a day: what a deadline is before somebody says the hour. */
export const endOfDay = (now: Date): number => momentOf(localDate(now.getTime()), '23:59')!
