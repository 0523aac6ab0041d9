import type { Holiday, SwapDay } from '../courses/types'

/**
 * Days off in mainland China.
 * 2026: the notice of the General Office of the State Council of 4 November 2025 (国办发明电〔2025〕7号). It names the working weekend
 * days and not whose courses they run: proposed are the days that they make up for, in the order of time.
 * 2027: the days of the Regulation on Public Holidays (国务院令第795号) alone. The State Council's notice for that year, with its
 * longer holidays and working weekends, is not in here.
 */
interface Break {
  name: string
  first: string
  last: string
}

const breaks: Break[] = [
  { name: '元旦', first: '2026-01-01', last: '2026-01-03' },
  { name: '春节', first: '2026-02-15', last: '2026-02-23' },
  { name: '清明节', first: '2026-04-04', last: '2026-04-06' },
  { name: '劳动节', first: '2026-05-01', last: '2026-05-05' },
  { name: '端午节', first: '2026-06-19', last: '2026-06-21' },
  { name: '中秋节', first: '2026-09-25', last: '2026-09-27' },
  { name: '国庆节', first: '2026-10-01', last: '2026-10-07' },
  { name: '元旦', first: '2027-01-01', last: '2027-01-01' },
  { name: '春节', first: '2027-02-05', last: '2027-02-08' },
  { name: '清明节', first: '2027-04-05', last: '2027-04-05' },
  { name: '劳动节', first: '2027-05-01', last: '2027-05-02' },
  { name: '端午节', first: '2027-06-09', last: '2027-06-09' },
  { name: '中秋节', first: '2027-09-15', last: '2027-09-15' },
  { name: '国庆节', first: '2027-10-01', last: '2027-10-03' },
]

const swaps: SwapDay[] = [
  { date: '2026-01-04', follows: '2026-01-02' },
  { date: '2026-02-14', follows: '2026-02-20' },
  { date: '2026-02-28', follows: '2026-02-23' },
  { date: '2026-05-09', follows: '2026-05-05' },
  { date: '2026-09-20', follows: '2026-10-06' },
  { date: '2026-10-10', follows: '2026-10-07' },
]

/** The first day of a year of which no notice is in here. */
export const provisionalFrom = '2027-01-01'

function* daysOf({ first, last }: Break): Generator<string> {
  for (
    const at = new Date(`${first}T00:00:00Z`);
    at.toISOString().slice(0, 10) <= last;
    at.setUTCDate(at.getUTCDate() + 1)
  )
    yield at.toISOString().slice(0, 10)
}

/** What of it lies between two days, both inclusive. */
export function daysOffIn(first: string, last: string): { holidays: Holiday[]; swap_days: SwapDay[] } {
  const inside = (date: string) => date >= first && date <= last
  return {
    holidays: breaks.flatMap((one) => [...daysOf(one)].filter(inside).map((date) => ({ date, name: one.name }))),
    swap_days: swaps.filter(({ date, follows }) => inside(date) && inside(follows)),
  }
}
