import type { Problem } from '@/api/problem'
import { localDate } from '@/format/moments'
import { type Draft, draftOf } from './items'
import { type ClassBody, contentMax, nameMax, type TaskClass } from './types'

export type ClassForm = Omit<ClassBody, 'items'>

const dayMs = 86_400_000
const lengthDays = 28

/** In the term's zone. */
export const isoDay = (at: Date): string => localDate(at.getTime())

export function emptyForm(today: Date): ClassForm {
  return {
    name: '',
    mode: 'auto',
    start_date: isoDay(today),
    end_date: isoDay(new Date(today.getTime() + lengthDays * dayMs)),
    subject: 'mixed',
    difficulty: 'medium',
    intensity: 'medium',
    strategy: 'steady',
    allow_filler_courses: true,
    excluded_pairs: [],
    excluded_days: [],
    hue: null,
  }
}

export function formOf(it: TaskClass): ClassForm {
  return {
    name: it.name,
    mode: it.mode,
    start_date: it.start_date,
    end_date: it.end_date,
    subject: it.subject,
    difficulty: it.difficulty,
    intensity: it.intensity,
    strategy: it.strategy,
    allow_filler_courses: it.allow_filler_courses,
    excluded_pairs: [...it.excluded_pairs],
    excluded_days: [...it.excluded_days],
    hue: it.hue,
  }
}

export function bodyOf(form: ClassForm, items: readonly Draft[]): ClassBody {
  return {
    ...form,
    name: form.name.trim(),
    items: items.map(({ id, content, sections, deadline }) => ({
      ...(id !== undefined && { id }),
      content: content.trim(),
      sections,
      deadline_at: deadline === null ? null : new Date(deadline).toISOString(),
    })),
  }
}

/** What can be said before asking the server, as message keys by field. An imported plan may keep its longer name. */
export function problemsOf(
  { name, start_date, end_date }: ClassForm,
  items: readonly Draft[],
  savedName = '',
): Record<string, string> {
  const found: Record<string, string> = {}
  if (!name.trim() || (name.trim().length > nameMax && name !== savedName)) found.name = 'classes.nameRule'
  if (!start_date) found.start_date = 'classes.dateMissing'
  if (!end_date) found.end_date = 'classes.dateMissing'
  else if (end_date < start_date) found.end_date = 'classes.endRule'
  items.forEach(({ content }, i) => {
    if (!content.trim() || content.trim().length > contentMax) found[`items[${i}].content`] = 'classes.contentRule'
  })
  return found
}

const rules: Record<string, string> = {
  name: 'classes.nameRule',
  start_date: 'classes.dateRule',
  end_date: 'classes.dateRule',
  excluded_pairs: 'classes.pairsRule',
  excluded_days: 'classes.daysRule',
  items: 'classes.itemsRule',
  content: 'classes.contentRule',
  sections: 'classes.sectionsRule',
  deadline_at: 'classes.deadlineRule',
}

/** The server's refusals by field as our own words: its reasons are for programs. */
export function refusedFields({ errors = {} }: Problem): Record<string, string> {
  return Object.fromEntries(
    Object.keys(errors).flatMap((field) => {
      const rule = rules[field.replace(/^items\[\d+\]\./, '')]
      return rule ? [[field, rule]] : []
    }),
  )
}

/** Whether saving would change anything. */
export const differs = (form: ClassForm, items: readonly Draft[], saved: TaskClass | null) =>
  saved === null
    ? form.name.trim() !== '' || items.length > 0
    : JSON.stringify(bodyOf(form, items)) !== JSON.stringify(bodyOf(formOf(saved), saved.items.map(draftOf)))
