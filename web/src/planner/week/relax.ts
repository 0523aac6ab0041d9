import { formOf } from '../task-classes/classForm'
import type { ClassBody } from '../task-classes/types'
import type { Plan, Relaxation, TaskClass } from './types'

const dayMs = 86_400_000
const weekLater = (date: string) => new Date(Date.parse(`${date}T00:00:00Z`) + 7 * dayMs).toISOString().slice(0, 10)

/** The class with the rule let go, or null where that is not one click's decision. */
export function relaxed(owner: TaskClass, { kind, day, pair }: Relaxation): TaskClass | null {
  switch (kind) {
    case 'allow_day':
      return { ...owner, excluded_days: owner.excluded_days.filter((excluded) => excluded !== day) }
    case 'allow_pair':
      return { ...owner, excluded_pairs: owner.excluded_pairs.filter((excluded) => excluded !== pair) }
    case 'allow_filler':
      return { ...owner, allow_filler_courses: true }
    case 'extend_week':
      return { ...owner, end_date: weekLater(owner.end_date) }
    default:
      return null
  }
}

/** The class as it is sent back. */
export const bodyOf = (owner: TaskClass): ClassBody => ({
  ...formOf(owner),
  items: owner.items.map(({ id, content, sections, deadline_at }) => ({ id, content, sections, deadline_at })),
})

/** What one click may change: deadlines are the user's word, so the editor opens for them. */
export const oneClick = ({ kind }: Relaxation) => kind !== 'drop_deadlines'

/** The classes that a plan was made for, as far as it names them. */
export function classesOf(plan: Plan): number[] {
  const named = [...plan.placements, ...plan.reasons, ...plan.diff].map((one) => one.task_class_id)
  return [...new Set(named)].slice(0, 6)
}
