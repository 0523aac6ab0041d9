import type { Paged } from '@/api/types'

export type Mode = 'auto' | 'manual'
export type Subject = 'quantitative' | 'memory' | 'reading' | 'mixed'
export type Level = 'low' | 'medium' | 'high'
export type Strategy = 'steady' | 'rapid'

export const modes: Mode[] = ['auto', 'manual']
export const subjects: Subject[] = ['quantitative', 'memory', 'reading', 'mixed']
export const levels: Level[] = ['low', 'medium', 'high']
export const strategies: Strategy[] = ['steady', 'rapid']
export const pairs = [1, 2, 3, 4, 5, 6]
export const days = [1, 2, 3, 4, 5, 6, 7]
export const hues = [0, 1, 2, 3, 4, 5, 6, 7]
export const itemsMax = 200
export const contentMax = 500
export const nameMax = 64

export interface Progress {
  items: number
  placed: number
  done: number
  sections: number
  placed_sections: number
}

export interface ItemPlace {
  id: number
  /** Whose week it is; not always the current term's. */
  term_id: number
  week: number
  day: number
  section_from: number
  section_to: number
  locked: boolean
  missed: boolean
}

export interface TaskItem {
  id: number
  position: number
  content: string
  sections: number
  deadline_at: string | null
  status: 'unscheduled' | 'applied'
  done_at: string | null
  placement: ItemPlace | null
}

interface Facts {
  name: string
  mode: Mode
  start_date: string
  end_date: string
  subject: Subject
  difficulty: Level
  intensity: Level
  strategy: Strategy
}

export interface ClassSummary extends Facts {
  id: number
  hue: number
  source: string | null
  version: number
  updated_at: string
  progress: Progress
}

export interface TaskClass extends ClassSummary {
  allow_filler_courses: boolean
  excluded_pairs: number[]
  excluded_days: number[]
  created_at: string
  items: TaskItem[]
}

/** What is sent: without an id an item is new. */
export interface ClassBody extends Facts {
  allow_filler_courses: boolean
  excluded_pairs: number[]
  excluded_days: number[]
  hue: number | null
  items: { id?: number; content: string; sections: number; deadline_at: string | null }[]
}

export type ClassPage = Paged<ClassSummary>
