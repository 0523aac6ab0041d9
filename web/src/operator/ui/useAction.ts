import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { computed, ref } from 'vue'
import { keys } from '@/queries'
import { operatorKeys } from '../keys'
import { dialogKey } from './dialogKey'
import type { Reason } from './reasons'
import { useReasons } from './useReasons'

interface Options<R> {
  /** Whose words of the refusals are used, e.g. "adjust". */
  what: string
  /** Fields of the dialog that can show a reason themselves. */
  shown: readonly string[]
  /** What is wrong before anything is sent, by field. */
  check: () => Record<string, Reason | undefined>
  run: (key: string) => Promise<R>
  done: (result: R) => void
}

/** One thing that an operator does in a dialog: checked, sent once, refused at its fields. */
export function useAction<R>(options: Options<R>) {
  const client = useQueryClient()
  const key = dialogKey()
  const { fieldsOf, wholeOf, say } = useReasons()
  // Once sending was tried, what is wrong is said as long as it is wrong, and no longer.
  const tried = ref(false)
  const local = computed<Record<string, string>>(() =>
    tried.value
      ? Object.fromEntries(
          Object.entries(options.check()).flatMap(([field, reason]) => (reason ? [[field, say(reason)]] : [])),
        )
      : {},
  )
  const action = useMutation({
    mutationFn: () => options.run(key.get()),
    onSuccess(result: R) {
      options.done(result)
      key.renew()
      // The operator may be the account's owner, too.
      void client.invalidateQueries({ queryKey: keys.credit })
      return client.invalidateQueries({ queryKey: operatorKeys.all })
    },
    onError: (error) => key.refused(error),
  })
  const reasons = computed<Record<string, string>>(() => ({ ...fieldsOf(action.error.value), ...local.value }))
  const failure = computed(() => wholeOf(action.error.value, options.shown, options.what))

  function submit() {
    tried.value = true
    if (!Object.keys(local.value).length && !action.isPending.value) action.mutate()
  }

  /** The dialog opens: nothing is left of the time before. */
  function start() {
    key.renew()
    tried.value = false
    action.reset()
  }

  return { reasons, failure, working: action.isPending, submit, start }
}

export const leastReason = 3

export const missingReason = (reason: string): Reason | undefined =>
  reason.trim().length < leastReason ? { key: 'operator.reasons.reasonMissing' } : undefined
