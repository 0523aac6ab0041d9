import { useQueryClient } from '@tanstack/vue-query'
import { computed, reactive, ref, watch, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import { keys } from '@/queries'
import { show } from '@/ui/toasts'
import { createPack, updatePack } from '../api'
import { useAction } from '../ui/useAction'
import { bodyOf, emptyPack, formOf, problemsOf } from './packForm'
import { usePackList } from './usePacks'

const shown = [
  'code',
  'name_zh',
  'name_en',
  'description_zh',
  'description_en',
  'badge_zh',
  'badge_en',
  'credit_amount',
  'price_cent',
  'original_price_cent',
  'currency',
  'sort_order',
  'once_a_day',
]

/** One pack in its form. Saving leads back to the list, where it can be seen. */
export function usePackEditor(id: Ref<string>) {
  const { t, locale } = useI18n()
  const client = useQueryClient()
  const router = useRouter()
  const query = usePackList()
  const form = reactive(emptyPack())
  const filled = ref('')
  const isNew = computed(() => id.value === 'new')
  const pack = computed(() => query.data.value?.find((item) => String(item.product_id) === id.value))
  const changed = computed(
    () => isNew.value || (!!pack.value && JSON.stringify(bodyOf(form)) !== JSON.stringify(bodyOf(formOf(pack.value)))),
  )

  // Filled once: a list that is read again must not take away what is typed.
  watch(
    [id, pack],
    () => {
      if (filled.value === id.value || (!isNew.value && !pack.value)) return
      Object.assign(form, pack.value ? formOf(pack.value) : emptyPack())
      filled.value = id.value
    },
    { immediate: true },
  )

  const action = useAction({
    what: 'pack',
    shown,
    check: () => problemsOf(form),
    run: (key) => (pack.value ? updatePack(pack.value.product_id, bodyOf(form), key) : createPack(bodyOf(form), key)),
    done(saved) {
      show(t('operator.packs.saved', { name: locale.value === 'en' ? saved.name_en : saved.name_zh }))
      void client.invalidateQueries({ queryKey: keys.products })
      void router.push({ name: 'operator-packs' })
    },
  })

  return { form, query, pack, isNew, changed, ...action }
}
