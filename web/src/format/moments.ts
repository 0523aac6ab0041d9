import { ref } from 'vue'

/** The zone of the user's term, in which days begin and times are told; undefined without a term: this browser's. */
export const zone = ref<string>()

/** A term that nobody has saved says nothing of where its user is. */
export function noteZone(term: { id?: number | null; time_zone: string }) {
  zone.value = term.id == null ? undefined : term.time_zone
}

const formats = new Map<string | undefined, Intl.DateTimeFormat>()

function formatOf(timeZone: string | undefined): Intl.DateTimeFormat {
  const known = formats.get(timeZone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  })
  formats.set(timeZone, made)
  return made
}

/** What the clock on the wall says there, as if it were UTC. */
function wallOf(ms: number): number {
  const part: Record<string, string> = {}
  for (const { type, value } of formatOf(zone.value).formatToParts(ms)) part[type] = value
  return Date.UTC(
    Number(part.year),
    Number(part.month) - 1,
    Number(part.day),
    Number(part.hour),
    Number(part.minute),
    Number(part.second),
  )
}

const written = (ms: number | null) => (ms === null ? '' : new Date(wallOf(ms)).toISOString())

/** yyyy-MM-dd of a moment; empty without one. */
export const localDate = (ms: number | null) => written(ms).slice(0, 10)

/** HH:mm of a moment. */
export const localTime = (ms: number | null) => written(ms).slice(11, 16)

/** The moment of a day and a time of day; null where there is no such day. An hour that a clock change skips moves forward by it. */
export function momentOf(date: string, time: string): number | null {
  const wall = date ? Date.parse(`${date}T${time}Z`) : Number.NaN
  if (Number.isNaN(wall)) return null
  // Twice, because the offset may be another one there than where the wall's time would be UTC.
  const near = wall - (wallOf(wall) - wall)
  return wall - (wallOf(near) - near)
}

const dayMs = 86_400_000

/** Days since 1970 of a moment's date. */
export const dayNumber = (ms: number) => Math.floor(wallOf(ms) / dayMs)

/** When the day of a moment, or one so many days later, begins. */
export const startOfDay = (ms: number, later = 0) =>
  momentOf(new Date((dayNumber(ms) + later) * dayMs).toISOString().slice(0, 10), '00:00')!
