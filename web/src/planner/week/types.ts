export type { ClassSummary, TaskClass, TaskItem as ClassItem } from '../task-classes/types'

/** The schedule as the server tells it. */
export interface Slot {
  week: number
  day: number
  section_from: number
  section_to: number
}

export interface Block extends Slot {
  kind: 'course' | 'item' | 'task'
  /** The arrangement's for a course, the placement's otherwise; below 0 while the server has not answered. */
  id: number
  title: string
  starts_at: string
  ends_at: string
  course_id?: number | null
  teacher?: string | null
  place?: string | null
  embeddable?: boolean
  task_class_id?: number | null
  task_class_name?: string | null
  item_id?: number | null
  quick_task_id?: number | null
  priority_group?: number | null
  deadline_at?: string | null
  embedded_in?: number | null
  locked?: boolean
  hue?: number | null
  passed?: boolean
  done?: boolean
  missed?: boolean
  conflict?: boolean
}

export interface SectionTime {
  starts: string
  ends: string
}

export interface Day {
  day: number
  date: string
  off: boolean
  off_name?: string | null
  follows?: string | null
}

export interface Term {
  /** Null: the default, not saved yet. */
  id?: number | null
  name: string
  first_monday: string
  weeks: number
  time_zone: string
  section_times: SectionTime[]
  study_on_holidays: boolean
  current_week?: number | null
  today: string
  version: number
}

export interface Week {
  term: Term
  week: number
  version: number
  now: string
  days: Day[]
  section_times: SectionTime[]
  blocks: Block[]
}

export interface Today {
  term: Term
  now: string
  date: string
  week?: number | null
  day?: Day | null
  version: number
  section_times: SectionTime[]
  blocks: Block[]
}

export interface Warning {
  placement_id: number
  rule: string
}

export interface Changed {
  version: number
  placed: Block[]
  removed: number[]
  warnings: Warning[]
}

/** A plan that is not applied yet. */
export interface PlanPlacement extends Slot {
  item_id: number
  task_class_id: number
  title: string
  starts_at: string
  ends_at: string
  embedded_in?: number | null
  moved_from?: Slot | null
}

export interface PlanReason {
  item_id: number
  task_class_id: number
  title: string
  rule: string
  missing_sections: number
}

export interface Relaxation {
  kind: 'allow_day' | 'allow_pair' | 'allow_filler' | 'extend_week' | 'drop_deadlines' | 'study_on_holidays'
  task_class_id: number
  sections_gained: number
  day?: number | null
  pair?: number | null
  section_from?: number | null
  section_to?: number | null
}

export interface TermScore {
  term: string
  amount_milli: number
  cost_micros: number
  score: number
}

export interface Quality {
  cost_micros: number
  missing_sections: number
  terms: TermScore[]
  before?: Quality | null
}

export interface PlanDiff {
  item_id: number
  task_class_id: number
  title: string
  change: 'placed' | 'moved' | 'removed'
  from?: Slot | null
  to?: Slot | null
}

export interface Plan {
  preview_id: string
  base_version: number
  revision: number
  expires_at: string
  applied_at?: string | null
  replan: boolean
  stopped: string
  placements: PlanPlacement[]
  unplaced: number[]
  reasons: PlanReason[]
  relaxations: Relaxation[]
  quality: Quality
  diff: PlanDiff[]
  summary: { placed: number; moved: number; kept: number; removed: number; unplaced: number }
  warnings: Warning[]
  stale: boolean
}
