import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { keys } from '@/queries'
import { useProblemText } from '@/ui/problemText'
import { show } from '@/ui/toasts'
import {
  createMemory,
  deleteMemory,
  editMemory,
  fetchMemorySettings,
  listMemories,
  restoreMemory,
  saveMemorySettings,
  type Memory,
  type MemoryChange,
  type NewMemory,
  type Shown,
} from './api'

/** What is remembered, and what can be done with it; every failure is said, and a deletion can be taken back. */
export function useMemory(shown: Ref<Shown>) {
  const { t } = useI18n()
  const client = useQueryClient()
  const { textOf } = useProblemText()
  const query = useInfiniteQuery({
    queryKey: computed(() => keys.memories(shown.value)),
    queryFn: ({ pageParam }) => listMemories(shown.value, pageParam),
    initialPageParam: 1,
    getNextPageParam: (last) => (last.page.has_more ? last.page.page + 1 : undefined),
  })
  const items = computed(() => query.data.value?.pages.flatMap((page) => page.items) ?? [])
  const renew = () => client.invalidateQueries({ queryKey: keys.allMemories })
  const fail = (error: unknown) => show(textOf(error), { tone: 'error' })

  const restoring = useMutation({
    mutationFn: ({ id }: Memory) => restoreMemory(id),
    onSuccess: (memory) => show(t('memory.restored', { title: memory.title }), { about: `memory-${memory.id}` }),
    onError: fail,
    onSettled: renew,
  })
  const removing = useMutation({
    mutationFn: ({ id }: Memory) => deleteMemory(id),
    onSuccess: (_, memory) =>
      show(t('memory.removed', { title: memory.title }), {
        about: `memory-${memory.id}`,
        action: { label: t('common.undo'), run: () => restoring.mutate(memory) },
      }),
    onError: fail,
    onSettled: renew,
  })
  const creating = useMutation({
    mutationFn: (memory: NewMemory) => createMemory(memory),
    onSuccess: (memory) => show(t('memory.created', { title: memory.title })),
    onSettled: renew,
  })
  const changing = useMutation({
    mutationFn: ({ id, change }: { id: number; change: MemoryChange }) => editMemory(id, change),
    onSuccess: (memory) => show(t('memory.changed', { title: memory.title })),
    onSettled: renew,
  })

  return { query, items, creating, changing, removing, restoring }
}

export function useMemorySwitch() {
  const { t } = useI18n()
  const client = useQueryClient()
  const { textOf } = useProblemText()
  const query = useQuery({ queryKey: keys.memorySettings, queryFn: fetchMemorySettings })
  const switching = useMutation({
    mutationFn: saveMemorySettings,
    onSuccess(settings) {
      client.setQueryData(keys.memorySettings, settings)
      show(t(settings.enabled ? 'memory.saved.on' : 'memory.saved.off'))
    },
    onError: (error) => show(textOf(error), { tone: 'error' }),
  })
  return { query, switching }
}
