import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Conflict, RowError, SkippedPart } from './types'
import { writeWeeks } from './weeks'

/** A Monday. */
const monday = Date.UTC(2024, 0, 1)
const dayMs = 86_400_000
const known = new Set(['missing', 'out_of_range', 'too_long', 'reversed', 'unreadable', 'no_section'])

/** How times of courses, conflicts and errors are said. */
export function useCourseWords() {
  const { t, te, locale } = useI18n()
  const days = computed(() => {
    const format = new Intl.DateTimeFormat(locale.value, { weekday: 'short', timeZone: 'UTC' })
    return Array.from({ length: 7 }, (_, i) => format.format(monday + i * dayMs))
  })
  const dayOf = (day: number | null) => (day && days.value[day - 1]) || t('timetable.noDay')
  const weeksOf = (weeks: readonly number[]) => writeWeeks(weeks, t('timetable.oddMark'), t('timetable.evenMark'))

  function sectionsOf(from: number | null, to: number | null): string {
    if (!from || !to) return t('timetable.noSections')
    return from === to ? t('timetable.section', { n: from }) : t('timetable.sections', { from, to })
  }

  function timeOf(at: { day: number | null; section_from: number | null; section_to: number | null; weeks: number[] }) {
    const weeks = at.weeks.length ? t('timetable.weeksText', { weeks: weeksOf(at.weeks) }) : t('timetable.noWeeks')
    return `${dayOf(at.day)} ${sectionsOf(at.section_from, at.section_to)} · ${weeks}`
  }

  function conflictOf(conflict: Conflict): string {
    if (conflict.same) return t('timetable.conflict.same')
    const what = { title: conflict.title, row: conflict.row ?? 0, time: timeOf(conflict) }
    return t(`timetable.conflict.${conflict.kind}`, what)
  }

  function errorOf(error: RowError): string {
    const field = te(`timetable.field.${error.field}`) ? t(`timetable.field.${error.field}`) : error.field
    return known.has(error.code) ? t(`timetable.rowError.${error.code}`, { field }) : `${field}: ${error.reason}`
  }

  /** Why a part of a file gave no row. */
  function skipOf({ code, name, reason }: SkippedPart): string {
    return te(`timetable.skip.${code}`)
      ? t(`timetable.skip.${code}`, { name: name || t('timetable.skip.entry') })
      : reason
  }

  return { days, dayOf, weeksOf, sectionsOf, timeOf, conflictOf, errorOf, skipOf }
}
