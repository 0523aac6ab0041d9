import type { Quadrant, QuickTask } from '@/api/types'
import { startOfDay } from '@/format/moments'

export const quadrantNumbers: readonly Quadrant[] = [1, 2, 3, 4]

export function isQuadrant(value: number): value is Quadrant {
  return Number.isInteger(value) && value >= 1 && value <= 4
}

function byDeadline(a: QuickTask, b: QuickTask): number {
  if (a.deadline_at && b.deadline_at) return a.deadline_at.localeCompare(b.deadline_at) || a.id - b.id
  if (a.deadline_at) return -1
  if (b.deadline_at) return 1
  return a.id - b.id
}

/** Open tasks of each quadrant, the nearest deadline first and tasks without one last. */
export function groupByQuadrant(tasks: readonly QuickTask[]): Record<Quadrant, QuickTask[]> {
  const groups: Record<Quadrant, QuickTask[]> = { 1: [], 2: [], 3: [], 4: [] }
  for (const task of tasks) groups[task.priority_group].push(task)
  for (const group of quadrantNumbers) groups[group].sort(byDeadline)
  return groups
}

export function replaceTask(tasks: readonly QuickTask[], id: number, change: Partial<QuickTask>): QuickTask[] {
  return tasks.map((task) => (task.id === id ? { ...task, ...change } : task))
}

export function withoutTask(tasks: readonly QuickTask[], id: number): QuickTask[] {
  return tasks.filter((task) => task.id !== id)
}

export interface Agenda {
  overdue: QuickTask[]
  earlierToday: QuickTask[]
  laterToday: QuickTask[]
  upcoming: QuickTask[]
}

const upcomingDays = 7

/** What is due around today, in the term's zone, each list in the order of time. */
export function agendaOf(tasks: readonly QuickTask[], now: Date): Agenda {
  const agenda: Agenda = { overdue: [], earlierToday: [], laterToday: [], upcoming: [] }
  const [start, tomorrow, end] = [0, 1, 1 + upcomingDays].map((days) => startOfDay(now.getTime(), days)) as [
    number,
    number,
    number,
  ]
  for (const task of [...tasks].sort(byDeadline)) {
    if (!task.deadline_at) continue
    const at = Date.parse(task.deadline_at)
    if (at < start) agenda.overdue.push(task)
    else if (at < now.getTime()) agenda.earlierToday.push(task)
    else if (at < tomorrow) agenda.laterToday.push(task)
    else if (at < end) agenda.upcoming.push(task)
  }
  return agenda
}

/** What to say of how a sentence was read, as a message key; nothing where the rules were sure. */
export function readingNote(added: { read_by: string; second_opinion: string; deadline_at?: string | null }): string {
  if (added.read_by === 'model') return 'planner.readByModel'
  const unsure = !['not_needed', 'used'].includes(added.second_opinion)
  return unsure ? (added.deadline_at ? 'planner.dateDoubtful' : 'planner.dateUnread') : ''
}
