import { ref, watch, type Ref } from 'vue'

const restMs = 250

/** The value once the typing rests. */
export function useSettled<T>(source: () => T, ms = restMs): Readonly<Ref<T>> {
  const settled = ref(source()) as Ref<T>
  watch(source, (next, _before, onCleanup) => {
    const timer = setTimeout(() => (settled.value = next), ms)
    onCleanup(() => clearTimeout(timer))
  })
  return settled
}
