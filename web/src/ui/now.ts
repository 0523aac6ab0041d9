import { onScopeDispose, ref, type Ref } from 'vue'

/** The current time, renewed often enough for minute-grained text. */
export function useNow(everyMs = 30_000): Readonly<Ref<Date>> {
  const now = ref(new Date())
  const timer = setInterval(() => (now.value = new Date()), everyMs)
  onScopeDispose(() => clearInterval(timer))
  return now
}
