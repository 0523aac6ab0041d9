import type { Problem } from '@/api/problem'
import type { Quadrant, QuickTask, TaskFields } from '@/api/types'
import { localDate, localTime } from '@/format/moments'
import { ruleOf, type RepeatChoice } from './repeat'

export interface TaskForm {
  title: string
  priority_group: Quadrant
  estimated_sections: number
  /** Milliseconds, as the date field has them. */
  deadline: number | null
  threshold: number | null
  /** Of a new task. */
  repeat: RepeatChoice
  /** Of one that repeats: this one, or those to come as well. */
  scope: 'one' | 'all'
}

const toMs = (iso?: string | null) => (iso ? new Date(iso).getTime() : null)
const toIso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())
const sameMoment = (a?: string | null, b?: string | null) => toMs(a) === toMs(b)

export function emptyForm(): TaskForm {
  return {
    title: '',
    priority_group: 2,
    estimated_sections: 1,
    deadline: null,
    threshold: null,
    repeat: 'never',
    scope: 'one',
  }
}

export function formOf(task: QuickTask): TaskForm {
  return {
    title: task.title,
    priority_group: task.priority_group,
    estimated_sections: task.estimated_sections,
    deadline: toMs(task.deadline_at),
    threshold: toMs(task.urgency_threshold_at),
    repeat: 'never',
    scope: 'one',
  }
}

export function fieldsOf(form: TaskForm): TaskFields {
  return {
    title: form.title.trim(),
    priority_group: form.priority_group,
    estimated_sections: form.estimated_sections,
    deadline_at: toIso(form.deadline),
    urgency_threshold_at: toIso(form.threshold),
  }
}

/** Only what the user changed: a deadline that is sent alone takes its threshold along on the server. */
export function changesOf(task: QuickTask, fields: TaskFields): Partial<TaskFields> {
  return {
    ...(fields.title !== task.title && { title: fields.title }),
    ...(fields.priority_group !== task.priority_group && { priority_group: fields.priority_group }),
    ...(fields.estimated_sections !== task.estimated_sections && { estimated_sections: fields.estimated_sections }),
    ...(!sameMoment(fields.deadline_at, task.deadline_at) && { deadline_at: fields.deadline_at }),
    ...(!sameMoment(fields.urgency_threshold_at, task.urgency_threshold_at) && {
      urgency_threshold_at: fields.urgency_threshold_at,
    }),
  }
}

/** What can be said before asking the server, as message keys by field. */
export function problemsOf(form: TaskForm): Record<string, string> {
  const late = form.threshold !== null && form.deadline !== null && form.threshold > form.deadline
  return {
    ...(!form.title.trim() && { title: 'planner.titleMissing' }),
    ...(late && { urgency_threshold_at: 'planner.thresholdRule' }),
  }
}

/** The server's field refusals as our own words: its reasons are for programs. */
export function refusedTaskFields({ errors = {} }: Problem): Record<string, string> {
  const words: Record<string, string> = {
    title: 'planner.titleRule',
    deadline_at: 'planner.timeRule',
    urgency_threshold_at: 'planner.thresholdRule',
  }
  return Object.fromEntries(Object.entries(words).filter(([field]) => field in errors))
}

/** What a new task says of repeating; nothing where it does not. */
export function repeatFieldsOf(
  form: TaskForm,
  timeZone: string,
  now: number,
): Pick<TaskFields, 'repeat' | 'time_zone'> {
  const rule = ruleOf(form.repeat, localDate(form.deadline ?? now))
  return rule ? { repeat: rule, time_zone: timeZone } : {}
}

/** What is changed of a whole series: the deadline's hour, not its day. */
export function seriesChangesOf(form: TaskForm) {
  return {
    title: form.title.trim(),
    priority_group: form.priority_group,
    estimated_sections: form.estimated_sections,
    due_time: localTime(form.deadline) || null,
  }
}
