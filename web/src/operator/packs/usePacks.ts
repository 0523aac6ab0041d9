import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { useI18n } from 'vue-i18n'
import { oncePerIntent } from '@/api/idempotency'
import { keys } from '@/queries'
import { show } from '@/ui/toasts'
import { listPacks, updatePack } from '../api'
import { operatorKeys } from '../keys'
import type { Pack } from '../types'
import { useReasons } from '../ui/useReasons'
import { bodyOf, formOf } from './packForm'

export const usePackList = () => useQuery({ queryKey: operatorKeys.packs, queryFn: listPacks })

const shelve = oncePerIntent(({ pack, active }: { pack: Pack; active: boolean }, key) =>
  updatePack(pack.product_id, bodyOf({ ...formOf(pack), active }), key),
)

/** Taking a pack off the shelf or putting it there: shown at once, taken back on a refusal, with Undo. */
export function useShelf() {
  const { t, locale } = useI18n()
  const client = useQueryClient()
  const { wholeOf } = useReasons()
  const nameOf = (pack: Pack) => (locale.value === 'en' ? pack.name_en : pack.name_zh)

  const turning = useMutation({
    mutationFn: shelve,
    async onMutate({ pack, active }) {
      await client.cancelQueries({ queryKey: operatorKeys.packs })
      const before = client.getQueryData<Pack[]>(operatorKeys.packs)
      const status = active ? 'active' : 'inactive'
      client.setQueryData<Pack[]>(operatorKeys.packs, (packs) =>
        packs?.map((item) => (item.product_id === pack.product_id ? { ...item, status } : item)),
      )
      return { before }
    },
    onError(error, _asked, context) {
      client.setQueryData(operatorKeys.packs, context?.before)
      show(wholeOf(error, []), { tone: 'error' })
    },
    onSuccess(_pack, { pack, active }) {
      show(t(active ? 'operator.packs.shown' : 'operator.packs.hidden', { name: nameOf(pack) }), {
        action: { label: t('common.undo'), run: () => turning.mutate({ pack, active: !active }) },
      })
    },
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: operatorKeys.all }),
        client.invalidateQueries({ queryKey: keys.products }),
      ]),
  })

  return { nameOf, turn: (pack: Pack, active: boolean) => turning.mutate({ pack, active }) }
}
