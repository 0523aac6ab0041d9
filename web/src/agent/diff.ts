import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import type { FieldChange } from '@/api/types'
import { deadlineText } from '@/format/dates'

const isEmpty = (value: unknown) => value === null || value === undefined || value === ''

/** The changes of a confirmation in the user's words; a creation has no "before" worth a column. */
export function useDiff(diff: () => readonly FieldChange[]) {
  const { t, te, locale } = useI18n()

  function show(field: string, value: unknown): string {
    if (isEmpty(value)) return t('agent.none')
    if (field === 'priority_group' && te(`planner.quadrant${value}`, 'zh-CN')) return t(`planner.quadrant${value}`)
    const moment = field.endsWith('_at') && typeof value === 'string' && !Number.isNaN(Date.parse(value))
    if (moment) return deadlineText(value, locale.value, new Date())
    return typeof value === 'object' ? JSON.stringify(value) : String(value)
  }

  const creates = computed(() => diff().every((change) => isEmpty(change.before)))
  const rows = computed(() =>
    diff()
      .filter((change) => !creates.value || !isEmpty(change.after))
      .map((change) => ({
        field: change.field,
        name: te(`agent.fields.${change.field}`, 'zh-CN') ? t(`agent.fields.${change.field}`) : change.field,
        before: show(change.field, change.before),
        after: show(change.field, change.after),
      })),
  )

  return { rows, creates }
}
