import { scaled } from '../ui/decimals'
import type { Reason } from '../ui/reasons'
import { missingReason } from '../ui/useAction'
import type { StartReRating } from '../types'

export interface ReRatingForm {
  from: number | null
  to: number | null
  price_rule_id: string
  price_rule_version: string
  scene: string
  provider_name: string
  model_name: string
  reason: string
}

const dayMs = 86_400_000
const minuteMs = 60_000

/** The last day, up to this minute: the server takes no period that is not over. */
export function emptyForm(now: Date): ReRatingForm {
  const to = Math.floor(now.getTime() / minuteMs) * minuteMs
  const filter = { price_rule_id: '', price_rule_version: '', scene: '', provider_name: '', model_name: '' }
  return { from: to - dayMs, to, ...filter, reason: '' }
}

const whole = (text: string) => (text.trim() ? (scaled(text, 0) ?? null) : null)
const iso = (ms: number | null) => new Date(ms ?? 0).toISOString()

export function bodyOf(form: ReRatingForm, dryRun: boolean): StartReRating {
  return {
    from: iso(form.from),
    to: iso(form.to),
    reason: form.reason.trim(),
    price_rule_id: whole(form.price_rule_id),
    price_rule_version: whole(form.price_rule_version),
    scene: form.scene,
    provider_name: form.provider_name.trim(),
    model_name: form.model_name.trim(),
    dry_run: dryRun,
  }
}

export function problemsOf(form: ReRatingForm): Record<string, Reason | undefined> {
  const count = (text: string): Reason | undefined =>
    text.trim() && scaled(text, 0) === undefined ? { key: 'operator.reasons.noCount' } : undefined
  const needsRule = form.price_rule_version.trim() && !form.price_rule_id.trim()
  return {
    from: form.from === null ? { key: 'operator.reasons.noTime' } : undefined,
    to:
      form.to === null
        ? { key: 'operator.reasons.noTime' }
        : form.from !== null && form.from >= form.to
          ? { key: 'operator.reasons.period' }
          : undefined,
    price_rule_id: count(form.price_rule_id),
    price_rule_version: needsRule ? { key: 'operator.reasons.needsRule' } : count(form.price_rule_version),
    reason: missingReason(form.reason),
  }
}

/** How much of a run is done, from what its dry run saw; undefined where nobody knows. */
export function progressOf(seen: number, expected: number | undefined): number | undefined {
  return expected ? Math.min(1, seen / expected) : undefined
}
