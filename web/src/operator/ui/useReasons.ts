import { useI18n } from 'vue-i18n'
import { asProblem } from '@/api/problem'
import { useProblemText } from '@/ui/problemText'
import { reasonOf, type Reason } from './reasons'

const spoken = new Set(['already_exists', 'key_reused', 'forbidden', 'in_flight', 'conflict'])

/** What the server refused, field by field and as a whole, in the operator's language. */
export function useReasons() {
  const { t, te } = useI18n()
  const { textOf } = useProblemText()
  const say = ({ key, args }: Reason) => t(key, args ?? {})

  function fieldsOf(error: unknown): Record<string, string> {
    const errors = error ? asProblem(error).errors : undefined
    return Object.fromEntries(
      Object.entries(errors ?? {}).map(([field, texts]) => {
        const reason = reasonOf(field, texts[0] ?? '')
        return [field, reason ? say(reason) : (texts[0] ?? '')]
      }),
    )
  }

  /** Empty where the fields say it all. */
  function wholeOf(error: unknown, shownFields: readonly string[], what = ''): string {
    if (!error) return ''
    const problem = asProblem(error)
    const named = Object.keys(problem.errors ?? {})
    if (named.length && named.every((field) => shownFields.includes(field))) return ''
    if (named.length) return Object.values(fieldsOf(error)).join(' ')
    const own = `operator.refused.${what}.${problem.code}`
    if (what && te(own, 'zh-CN')) return t(own)
    return spoken.has(problem.code) ? t(`operator.refused.${problem.code}`) : textOf(error)
  }

  return { fieldsOf, wholeOf, say }
}
