import { useQueryClient } from '@tanstack/vue-query'
import { computed, ref, shallowRef } from 'vue'
import { keys } from '@/queries'
import { makePlan, type PlanProgress, type PlanRequest } from './planApi'
import type { Plan } from './types'

/** One computation of a plan at a time: its progress, its end, and the way to stop it. */
export function usePlanning(onPlan: (plan: Plan) => void) {
  const client = useQueryClient()
  const controller = shallowRef<AbortController>()
  const progress = ref<PlanProgress>()
  const failure = ref<unknown>()
  const last = shallowRef<PlanRequest>()
  const working = computed(() => !!controller.value)

  async function plan(body: PlanRequest): Promise<boolean> {
    if (controller.value) return false
    const running = (controller.value = new AbortController())
    progress.value = failure.value = undefined
    last.value = body
    try {
      const made = await makePlan(body, running.signal, (told) => (progress.value = told))
      client.setQueryData(keys.planPreview(made.preview_id), made)
      onPlan(made)
      return true
    } catch (error) {
      if (!running.signal.aborted) failure.value = error
      return false
    } finally {
      controller.value = undefined
    }
  }

  const cancel = () => controller.value?.abort()

  return { plan, cancel, working, progress, failure, last }
}

export type Planning = ReturnType<typeof usePlanning>
