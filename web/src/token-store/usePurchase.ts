import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { computed, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { intentKeys } from '@/api/idempotency'
import { asProblem } from '@/api/problem'
import type { CreditOrder, CreditProduct } from '@/api/types'
import { count } from '@/format/credit'
import { keys } from '@/queries'
import { useProblemText } from '@/ui/problemText'
import { show } from '@/ui/toasts'
import { createOrder, payOrder } from './api'
import { quantityLimits } from './packs'

/**
 * Order, then pay. Both steps keep their keys, so that pressing the button again after a failure continues the same
 * order and never pays twice.
 */
export function usePurchase(product: () => CreditProduct | null, done: () => void) {
  const { t, locale } = useI18n()
  const client = useQueryClient()
  const { textOf } = useProblemText()
  const orderIntent = intentKeys()
  const payIntent = intentKeys()
  const quantity = ref<number>(quantityLimits.least)
  const order = ref<CreditOrder | null>(null)

  /** Today's free pack may stand ordered and unpaid from another try: then that order is the one to pay. */
  async function orderId(wanted: { product: number; quantity: number }): Promise<number> {
    try {
      order.value = await createOrder(wanted.product, wanted.quantity, orderIntent.keyFor(wanted))
      return order.value.order_id
    } catch (error) {
      const { order_id: id, order_status: status } = asProblem(error)
      if (id && status === 'pending') return id
      throw error
    }
  }

  const purchase = useMutation({
    async mutationFn(chosen: CreditProduct) {
      const wanted = { product: chosen.product_id, quantity: quantity.value }
      const id = order.value?.order_id ?? (await orderId(wanted))
      return payOrder(id, payIntent.keyFor(id))
    },
    onSuccess(paid) {
      orderIntent.done()
      show(t('store.paid', { credit: count(paid.credit_amount, locale.value) }))
      done()
      return client.invalidateQueries({ queryKey: keys.credit })
    },
  })

  watch(product, (chosen) => {
    if (!chosen) return
    quantity.value = quantityLimits.least
    order.value = null
    purchase.reset()
    orderIntent.done()
  })
  watch(quantity, () => (order.value = null))

  function pay() {
    const chosen = product()
    if (chosen && !purchase.isPending.value) purchase.mutate(chosen)
  }

  const failure = computed(() => {
    const error = purchase.error.value
    if (!error) return ''
    return asProblem(error).order_status === 'credited' ? t('store.claimedToday') : textOf(error)
  })
  return { quantity, order, failure, working: purchase.isPending, pay }
}
