import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { useI18n } from 'vue-i18n'
import { useProblemText } from '@/ui/problemText'
import { show } from '@/ui/toasts'
import type { Block, Week } from '../week/types'
import { cancelEvent, deleteEvent, readEvent, type PersonalEvent } from './api'

/** What a person does to an event of the board: change it, leave one time out, delete it. */
export function useEventActs(week: () => Week | undefined, edit: (event: PersonalEvent) => void) {
  const { t } = useI18n()
  const client = useQueryClient()
  const { textOf } = useProblemText()
  const onError = (error: unknown) => void show(textOf(error), { tone: 'error' })
  const onSettled = () => client.invalidateQueries()
  const dateOf = (block: Block) => week()?.days.find((day) => day.day === block.day)?.date ?? ''

  const reading = useMutation({ mutationFn: (block: Block) => readEvent(block.event_id!), onSuccess: edit, onError })
  const cancelling = useMutation({
    mutationFn: (block: Block) => cancelEvent(block.event_id!, dateOf(block)),
    onSuccess: (_done, block) => void show(t('week.event.cancelled', { title: block.title, date: dateOf(block) })),
    onError,
    onSettled,
  })
  const deleting = useMutation({
    mutationFn: (block: Block) => deleteEvent(block.event_id!),
    onSuccess: (_done, block) => void show(t('week.event.deleted', { title: block.title })),
    onError,
    onSettled,
  })

  return {
    edit: (block: Block) => reading.mutate(block),
    cancel: (block: Block) => cancelling.mutate(block),
    remove: (block: Block) => deleting.mutate(block),
  }
}
