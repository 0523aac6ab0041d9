import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { useI18n } from 'vue-i18n'
import { keys } from '@/queries'
import { useProblemText } from '@/ui/problemText'
import { show } from '@/ui/toasts'
import {
  addChannel,
  confirmChannel,
  fetchChannels,
  removeChannel,
  switchChannel,
  testChannel,
  type NewChannel,
} from './api'
import { subscribe } from './push'
import { useReason } from './reasons'

/** A user's channels and what can be done with them; every failure is said. */
export function useChannels() {
  const { t } = useI18n()
  const client = useQueryClient()
  const { textOf } = useProblemText()
  const reasonOf = useReason()
  const query = useQuery({ queryKey: keys.noticeChannels, queryFn: fetchChannels })
  const renew = () => client.invalidateQueries({ queryKey: keys.noticeChannels })
  const fail = (error: unknown) => show(textOf(error), { tone: 'error' })

  const adding = useMutation({
    mutationFn: (channel: NewChannel) => addChannel(channel),
    onSuccess: () => show(t('channels.created')),
    onSettled: renew,
  })
  const switching = useMutation({
    mutationFn: ({ id, enabled }: { id: number; enabled: boolean }) => switchChannel(id, enabled),
    onError: fail,
    onSettled: renew,
  })
  const removing = useMutation({
    mutationFn: removeChannel,
    onSuccess: () => show(t('channels.removed')),
    onError: fail,
    onSettled: renew,
  })
  const testing = useMutation({
    mutationFn: testChannel,
    onSuccess: ({ reason }) =>
      reason
        ? show(t('channels.testFailed', { reason: reasonOf(reason) }), { tone: 'error' })
        : show(t('channels.tested')),
    onError: fail,
  })
  const confirming = useMutation({
    mutationFn: ({ id, code }: { id: number; code: string }) => confirmChannel(id, code),
    onSuccess: () => show(t('channels.confirmed')),
    onError: fail,
    onSettled: renew,
  })

  async function pushHere() {
    const key = query.data.value?.push_key
    if (!key) return
    try {
      const channel = await subscribe(key)
      if (channel) await adding.mutateAsync(channel)
      else show(t('channels.pushDenied'), { tone: 'error' })
    } catch {
      show(t('channels.pushFailed'), { tone: 'error' })
    }
  }

  return { query, adding, switching, removing, testing, confirming, pushHere }
}
