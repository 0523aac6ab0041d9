import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { plazaKeys } from '@/forum/usePlaza'
import { usePages } from '@/ui/pages'
import { show } from '@/ui/toasts'
import { keepPost, listReports, removePost } from '../api'
import { operatorKeys } from '../keys'
import type { PostReport } from '../types'
import { useReasons } from '../ui/useReasons'

/** A post may be reported by several people; a decision closes all of its reports. */
export const reportKey = (report: PostReport) => `${report.post_id}/${report.created_at}`

/** The open reports, and what an operator decides about a post. */
export function useReports() {
  const { t } = useI18n()
  const client = useQueryClient()
  const { wholeOf } = useReasons()
  const { query, items, total } = usePages(operatorKeys.reports, listReports, reportKey)

  async function decided(text: string) {
    show(text)
    void client.invalidateQueries({ queryKey: plazaKeys.all })
    await client.invalidateQueries({ queryKey: operatorKeys.all })
  }

  const removing = useMutation({
    mutationFn: (report: PostReport) => removePost(report.post_id),
    onSuccess: (_, { title }) => decided(t('operator.reports.removed', { title })),
  })
  const keeping = useMutation({
    mutationFn: (report: PostReport) => keepPost(report.post_id),
    onSuccess: (_, { title }) => decided(t('operator.reports.kept', { title })),
    onError: (error) => {
      show(wholeOf(error, [], 'report'), { tone: 'error' })
      // Somebody else decided first: show what is left.
      void client.invalidateQueries({ queryKey: operatorKeys.reports })
    },
  })
  const busy = computed(() => removing.isPending.value || keeping.isPending.value)
  // Pressed twice, decided once.
  const settle = (decision: typeof removing, report: PostReport) =>
    busy.value
      ? Promise.resolve(false)
      : decision
          .mutateAsync(report)
          .then(() => true)
          .catch(() => false)

  return {
    query,
    items,
    total,
    /** Both resolve once the list shows the decision; false: it was refused. */
    remove: (report: PostReport) => settle(removing, report),
    keep: (report: PostReport) => settle(keeping, report),
    forget: removing.reset,
    working: removing.isPending,
    failure: computed(() => wholeOf(removing.error.value, [], 'report')),
  }
}
