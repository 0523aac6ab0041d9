import type { Schemas } from '@/api/types'

export type { ClassSummary, TaskClass, TaskItem as ClassItem } from '../task-classes/types'
export type { SectionTime, Term } from '../courses/types'

/** The schedule as the server tells it. */
export type Slot = Omit<Schemas['Slot'], 'sections'>
type Sure = 'kind' | 'id' | 'title' | 'week' | 'day' | 'section_from' | 'section_to' | 'starts_at' | 'ends_at'
/** Its id is the arrangement's for a course, the placement's otherwise; one that this page expects has a few members only. */
export type Block = Partial<Schemas['BlockView']> & Pick<Schemas['BlockView'], Sure>
export type Day = Schemas['DayView']
export type Week = Omit<Schemas['GetWeekWeekView'], 'blocks'> & { blocks: Block[] }
export type Changed = Omit<Schemas['ScheduleChanged'], 'placed'> & { placed: Block[] }

/** A plan that is not applied yet. */
export type Plan = Omit<Schemas['PlanView'], 'diff'> & { diff: PlanDiff[] }
export type PlanPlacement = Schemas['PlacementView']
/** A page says the rules and kinds in its own words. */
export type PlanReason = Omit<Schemas['ReasonView'], 'text'>
export type Relaxation = Omit<Schemas['RelaxationView'], 'text' | 'time_of_day'>
export type Quality = Schemas['QualityView']
export type PlanDiff = Omit<Schemas['DiffView'], 'from' | 'to'> & { from: Slot | null; to: Slot | null }
