import { useI18n } from 'vue-i18n'
import { useNames } from '@/token-store/names'
import { count } from '@/format/credit'
import { dateTime } from '@/format/dates'
import { yuan } from '../ui/decimals'

/** A rule's fields and values in words. */
export function useRuleNames() {
  const { t, locale } = useI18n()
  const { sceneName } = useNames()

  function fieldName(field: string): string {
    const tier = /^tiers\[(\d+)\]\.(.+)$/.exec(field)
    if (!tier) return t(`operator.prices.fields.${field}`)
    return `${t('operator.prices.tier', { n: Number(tier[1]) + 1 })} · ${t(`operator.prices.fields.${tier[2]}`)}`
  }

  function valueText(field: string, value: unknown): string {
    const name = field.replace(/^tiers\[\d+\]\./, '')
    if (name === 'scene') return value ? sceneName(String(value)) : t('operator.prices.any')
    if (name === 'provider_name' || name === 'model_name') return value ? String(value) : t('operator.prices.any')
    if (value === '') return t('operator.none')
    if (name.endsWith('_micros')) return value === 0 ? t('operator.none') : yuan(Number(value))
    if (name === 'free') return t(value ? 'operator.yes' : 'operator.no')
    if (name === 'status') return t(`operator.prices.status.${value}`)
    if (name.startsWith('effective_')) return dateTime(String(value), locale.value)
    return typeof value === 'number' ? count(value, locale.value) : String(value)
  }

  const isAny = (value: string) => value === '*' || !value
  const scope = (kind: 'model' | 'provider' | 'scene', value: string) =>
    isAny(value) ? t(`operator.prices.anyOf.${kind}`) : kind === 'scene' ? sceneName(value) : value

  /** The rules that the program starts with hold for every time there is. */
  const sinceText = (iso: string) =>
    new Date(iso).getTime() <= 0
      ? t('operator.prices.always')
      : t('operator.prices.since', { date: dateTime(iso, locale.value) })

  return { fieldName, valueText, scope, sinceText }
}
