import { microPlaces, scaled, unscaled } from '../ui/decimals'
import type { Reason } from '../ui/reasons'
import type { PriceRule, PriceTier, SavePriceRule } from '../types'

export const tokenPrices = [
  'input_price_micros',
  'output_price_micros',
  'cached_price_micros',
  'cache_write_price_micros',
  'reasoning_price_micros',
] as const
export const eachPrices = ['image_price_micros', 'request_price_micros'] as const
export type TokenPrice = (typeof tokenPrices)[number]
export type EachPrice = (typeof eachPrices)[number]

/** Prices as they are typed: yuan. */
export type TierForm = Record<TokenPrice | 'from_input_tokens', string>

export interface RuleForm extends Record<TokenPrice | EachPrice, string> {
  scene: string
  provider_name: string
  model_name: string
  tiers: TierForm[]
  credit_per_yuan: string
  free: boolean
  priority: string
  status: 'active' | 'inactive'
  description: string
  effective_from: number | null
  effective_to: number | null
}

export const mostTiers = 8

const toMs = (iso?: string | null) => (iso ? new Date(iso).getTime() : null)
const toIso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())
/** An optional price that is not set is an empty field. */
const typed = (micros: number, optional = false) => (optional && !micros ? '' : unscaled(micros, microPlaces))
const optional = (name: string) => name !== 'input_price_micros' && name !== 'output_price_micros'
const pattern = (shown: string) => (shown === '*' ? '' : shown)

export function emptyTier(): TierForm {
  const empty = Object.fromEntries(tokenPrices.map((name) => [name, ''])) as Record<TokenPrice, string>
  return { from_input_tokens: '', ...empty }
}

export function emptyRule(): RuleForm {
  const each = Object.fromEntries(eachPrices.map((name) => [name, ''])) as Record<EachPrice, string>
  const { from_input_tokens: _from, ...prices } = emptyTier()
  return {
    ...prices,
    ...each,
    scene: '',
    provider_name: '',
    model_name: '',
    tiers: [],
    credit_per_yuan: '100',
    free: false,
    priority: '100',
    status: 'active',
    description: '',
    effective_from: null,
    effective_to: null,
  }
}

function tierForm(tier: PriceTier): TierForm {
  const prices = tokenPrices.map((name) => [name, typed(tier[name], optional(name))])
  return { from_input_tokens: String(tier.from_input_tokens), ...Object.fromEntries(prices) } as TierForm
}

/** A rule to edit. Its beginning is left empty: a new version begins when it is saved unless a later time is given. */
export function formOf(rule: PriceRule, now: Date): RuleForm {
  const prices = [...tokenPrices, ...eachPrices].map((name) => [name, typed(rule[name], optional(name))])
  const from = toMs(rule.effective_from)
  return {
    ...(Object.fromEntries(prices) as Record<TokenPrice | EachPrice, string>),
    scene: pattern(rule.scene),
    provider_name: pattern(rule.provider_name),
    model_name: pattern(rule.model_name),
    tiers: rule.tiers.map(tierForm),
    credit_per_yuan: String(rule.credit_per_yuan),
    free: rule.free,
    priority: String(rule.priority),
    status: rule.status === 'inactive' ? 'inactive' : 'active',
    description: rule.description,
    effective_from: from !== null && from > now.getTime() ? from : null,
    effective_to: toMs(rule.effective_to),
  }
}

export interface Parsed {
  body: SavePriceRule
  /** By the server's names of the fields; empty: the body can be sent. */
  reasons: Record<string, Reason>
}

/** What is typed as the server wants it: micro-yuan, exactly; a field that is no such number has a reason. */
export function parse(form: RuleForm): Parsed {
  const reasons: Record<string, Reason> = {}
  function number(field: string, text: string, places: number, may = false): number {
    if (!text.trim() && may) return 0
    const value = scaled(text, places)
    if (value === undefined || value < 0)
      reasons[field] = { key: places ? 'operator.reasons.noPrice' : 'operator.reasons.noCount' }
    return value ?? 0
  }
  const level = (prefix: string, from: Record<TokenPrice, string>) =>
    Object.fromEntries(
      tokenPrices.map((name) => [name, number(prefix + name, from[name], microPlaces, optional(name) || form.free)]),
    ) as Record<TokenPrice, number>
  const each = eachPrices.map((name) => [name, number(name, form[name], microPlaces, true)])
  const body: SavePriceRule = {
    scene: form.scene.trim(),
    provider_name: form.provider_name.trim(),
    model_name: form.model_name.trim(),
    ...level('', form),
    ...(Object.fromEntries(each) as Record<EachPrice, number>),
    tiers: form.tiers.map((tier, index) => ({
      from_input_tokens: number(`tiers[${index}].from_input_tokens`, tier.from_input_tokens, 0),
      ...level(`tiers[${index}].`, tier),
    })),
    credit_per_yuan: number('credit_per_yuan', form.credit_per_yuan, 0),
    free: form.free,
    priority: number('priority', form.priority, 0),
    status: form.status,
    description: form.description.trim(),
    effective_from: toIso(form.effective_from),
    effective_to: toIso(form.effective_to),
    confirm: false,
  }
  return { body, reasons }
}

/** Which rules a search finds: by what they apply to, their number or their description. */
export function matches(rule: PriceRule, query: string, status: string): boolean {
  const text =
    `#${rule.rule_id} ${rule.scene} ${rule.provider_name} ${rule.model_name} ${rule.description}`.toLowerCase()
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  return (!status || rule.status === status) && words.every((word) => text.includes(word))
}

export type Phase = 'inForce' | 'later' | 'over' | 'off'

export function phaseOf(rule: PriceRule, now: Date): Phase {
  if (rule.status !== 'active') return 'off'
  if (new Date(rule.effective_from) > now) return 'later'
  return rule.effective_to && new Date(rule.effective_to) <= now ? 'over' : 'inForce'
}
