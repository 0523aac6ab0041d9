import { useRoute } from 'vue-router'

/** Whether a place of the rail is the one that is open, itself or by a page beneath it. */
export function useHere() {
  const route = useRoute()
  return (name: string) => route.meta.section === name || route.matched.some((matched) => matched.name === name)
}
