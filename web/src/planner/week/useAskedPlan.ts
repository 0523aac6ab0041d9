import { ref, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'

/** The plan that somebody came to schedule (?plan=7): told once everything for it is there, and then no longer in the address. */
export function useAskedPlan(ready: () => boolean, open: () => void) {
  const route = useRoute()
  const router = useRouter()
  const asked = ref<number>()

  watch(
    [() => route.query.plan, ready],
    ([plan, there]) => {
      if (typeof plan !== 'string' || !there) return
      asked.value = Number(plan) || undefined
      const { plan: _, ...query } = route.query
      void router.replace({ query })
      open()
    },
    { immediate: true },
  )
  return asked
}
