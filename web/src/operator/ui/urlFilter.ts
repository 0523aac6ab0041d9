import { reactive, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'

const delayMs = 250

/** A filter that lives in the address, so that a list can be shared and Back leads out of the page, not through it. */
export function useUrlFilter<T extends Record<string, string>>(preset: T): T {
  const route = useRoute()
  const router = useRouter()
  const given = Object.keys(preset).map((name) => {
    const value = route.query[name]
    return [name, typeof value === 'string' ? value : preset[name]]
  })
  const filter = reactive(Object.fromEntries(given)) as T
  const home = route.name
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(filter, () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      if (route.name !== home) return
      const set = Object.entries(filter).filter(([name, value]) => value !== preset[name])
      void router.replace({ query: Object.fromEntries(set), hash: route.hash })
    }, delayMs)
  })
  return filter
}
