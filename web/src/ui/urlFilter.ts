import { reactive, watch } from 'vue'
import { useRoute, useRouter, type LocationQuery } from 'vue-router'

const delayMs = 250

/** The address's query with this filter in it: what is as preset is left out, what belongs to others stays. */
export function queryWith(query: LocationQuery, filter: Record<string, string>, preset: Record<string, string>) {
  const others = Object.entries(query).filter(([name]) => !(name in preset))
  const set = Object.entries(filter).filter(([name, value]) => value !== preset[name])
  return Object.fromEntries([...others, ...set])
}

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
      void router.replace({ query: queryWith(route.query, filter, preset), hash: route.hash })
    }, delayMs)
  })
  return filter
}
