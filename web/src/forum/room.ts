import type { Block, Term } from '@/planner/week/types'
import type { Plan } from './api'

const dayMs = 86_400_000

export interface WeekRoom {
  week: number
  free: number
}

/** What is looked at of a week. */
export interface SeenWeek {
  term: Pick<Term, 'first_monday'>
  section_times: readonly unknown[]
  blocks: readonly Pick<Block, 'day' | 'section_from' | 'section_to'>[]
}

const dayOf = (iso: string) => Date.parse(`${iso}T00:00:00Z`) / dayMs
export const isoOf = (day: number) => new Date(day * dayMs).toISOString().slice(0, 10)

/** The plan's last day when it begins on this one. */
export function endOf(plan: Pick<Plan, 'start_date' | 'end_date'>, start: string): string {
  return isoOf(dayOf(start) + dayOf(plan.end_date) - dayOf(plan.start_date))
}

/** The weeks of the term that the plan would touch. */
export function weeksOf(plan: Plan, start: string, term: Pick<Term, 'first_monday' | 'weeks'>): number[] {
  const first = Math.floor((dayOf(start) - dayOf(term.first_monday)) / 7) + 1
  const last = Math.floor((dayOf(endOf(plan, start)) - dayOf(term.first_monday)) / 7) + 1
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i).filter(
    (w) => w >= 1 && w <= term.weeks,
  )
}

/**
 * Sections of a week in which the plan could stand: on its days, in pairs that it allows, where nothing stands yet. It says
 * how much room there is, not where an item would go.
 */
export function freeSections(plan: Plan, start: string, n: number, week: SeenWeek): number {
  const sections = week.section_times.length
  const taken = new Set<number>()
  for (const block of week.blocks) {
    for (let s = block.section_from; s <= block.section_to; s++) taken.add(block.day * 100 + s)
  }
  const monday = dayOf(week.term.first_monday) + (n - 1) * 7
  let free = 0
  for (let day = 1; day <= 7; day++) {
    const date = monday + day - 1
    if (date < dayOf(start) || date > dayOf(endOf(plan, start)) || plan.excluded_days.includes(day)) continue
    for (let section = 1; section <= sections; section++) {
      if (!plan.excluded_pairs.includes(Math.ceil(section / 2)) && !taken.has(day * 100 + section)) free++
    }
  }
  return free
}
