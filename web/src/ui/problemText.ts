import { useI18n } from 'vue-i18n'
import { asProblem, type Problem } from '@/api/problem'
import { costText } from '@/format/credit'

/** Codes that the app says in its own words; for any other the server's detail is shown. */
const spoken = new Set([
  'unreachable',
  'unexpected',
  'invalid_credentials',
  'rate_limited',
  'limit_reached',
  'account_locked',
  'account_disabled',
  'in_flight',
  'internal',
  'malformed_body',
  'feature_off',
  'mail_off',
  'mock_payment_off',
  'not_found',
  'price_missing',
  'provider_failed',
  'provider_timeout',
  'unavailable',
])

export function useProblemText() {
  const { t, te, locale } = useI18n()

  function insufficientText(problem: Problem): string {
    const amount = (micros = 0) => costText(micros, locale.value)
    const base = t('problem.insufficientCredit', {
      required: amount(problem.required_micros),
      missing: amount(problem.missing_micros),
    })
    return problem.held_micros
      ? base + t('problem.heldPart', { held: amount(problem.held_micros) })
      : base + t('problem.stop')
  }

  /** A rule's words, with the titles of what stands in the way. */
  function ruleText(rule: string, problem: Problem): string {
    const titles = [...(problem.blocks ?? []), ...((problem.conflicts ?? []) as { title: string }[])].map(
      ({ title }) => title,
    )
    const names = [...new Set(titles)].map((title) => t('rule.quoted', { title })).join(t('rule.comma'))
    return t(`rule.${rule}`, { ...problem, names })
  }

  function textOf(error: unknown): string {
    const problem = asProblem(error)
    if (problem.code === 'insufficient_credit' && problem.missing_micros) return insufficientText(problem)
    if (spoken.has(problem.code)) return t(`problem.${problem.code}`)
    if (problem.rule && te(`rule.${problem.rule}`)) return ruleText(problem.rule, problem)
    const reason = problem.errors && Object.values(problem.errors)[0]?.[0]
    return reason ?? problem.detail ?? problem.title ?? t('problem.status', { status: problem.status })
  }

  return { textOf }
}
