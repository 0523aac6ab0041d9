import { useI18n } from 'vue-i18n'
import { asProblem, type Problem } from '@/api/problem'
import { useProblemText } from '@/ui/problemText'

interface Refused extends Problem {
  rule?: string
  blocks?: { title: string }[]
}

const spoken = new Set(['overlap', 'crosses_filler', 'order', 'locked', 'placed', 'version', 'nothing_to_undo', 'applied', 'expired', 'revision', 'past'])

/** Why the schedule was not changed, in the words of the page, with what stands in the way. */
export function useRefusal() {
  const { t } = useI18n()
  const { textOf } = useProblemText()

  return {
    textOf(error: unknown): string {
      const problem = asProblem(error) as Refused
      if (!problem.rule || !spoken.has(problem.rule)) return textOf(error)
      const names = [...new Set((problem.blocks ?? []).map((block) => block.title))].map((title) => t('week.quoted', { title }))
      return t(`week.refused.${problem.rule}`, { names: names.join(t('week.comma')) })
    },
  }
}
