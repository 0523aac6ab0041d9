import { readWeeks, writeWeeks } from './weeks'

/** Times of a course as a form holds them. */
export interface LessonForm {
  day: number
  from: number
  to: number
  weeks: string
}

/** Message keys by field of what cannot be saved. */
export function lessonProblems(form: LessonForm, limits: { weeks: number; sections: number }): Record<string, string> {
  const weeks = readWeeks(form.weeks)
  const problems: Record<string, string> = {}
  if (form.to < form.from) problems.section_to = 'timetable.rule.reversed'
  else if (form.to > limits.sections) problems.section_to = 'timetable.rule.sections'
  if (!weeks?.length) problems.weeks = 'timetable.rule.weeks'
  else if (weeks.at(-1)! > limits.weeks) problems.weeks = 'timetable.rule.lastWeek'
  return problems
}

export const timesOf = (form: LessonForm) => ({
  day: form.day,
  section_from: form.from,
  section_to: form.to,
  weeks: readWeeks(form.weeks) ?? [],
})

export const lessonForm = (
  at: { day?: number | null; section_from?: number | null; section_to?: number | null; weeks?: number[] },
  odd: string,
  even: string,
  last: number,
): LessonForm => ({
  day: at.day && at.day <= 7 ? at.day : 1,
  from: at.section_from ?? 1,
  to: at.section_to ?? at.section_from ?? 2,
  weeks: at.weeks?.length ? writeWeeks(at.weeks, odd, even) : `1-${last}`,
})
