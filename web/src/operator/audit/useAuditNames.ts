import { useI18n } from 'vue-i18n'
import type { RouteLocationRaw } from 'vue-router'
import { count, exactCredit } from '@/format/credit'
import { dateTime } from '@/format/dates'
import { yuan } from '../ui/decimals'

const moment = /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/

/** The page that shows what a line is about. */
export function placeOf(subject: string): RouteLocationRaw | undefined {
  const [kind = '', id = ''] = subject.split(':')
  if (kind === 'price_rule') return { name: 'operator-price', params: { id } }
  if (kind === 'product') return { name: 'operator-pack', params: { id } }
  if (kind === 'reward_rule') return { name: 'operator-rewards' }
  if (kind === 'account' || kind === 'user') return { name: 'operator-account', params: { id } }
  if (kind === 'dead_letter' || kind === 'consumer') return { name: 'operator-dead-letters' }
  if (kind === 're_rating') return { name: 'operator-re-rating' }
  if (kind === 'post') return { name: 'plaza-post', params: { id } }
  if (kind === 'feature') return { name: 'operator-features' }
  if (kind === 'reconciliation') return { name: 'operator-overview' }
  return undefined
}

/** The operators' journal in words; what has none is shown as it is. */
export function useAuditNames() {
  const { t, te, locale } = useI18n()

  function actionName(action: string): string {
    const key = `operator.audit.actions.${action.replaceAll('.', '_')}`
    return te(key, 'zh-CN') ? t(key) : action
  }

  function fieldName(path: string): string {
    const name = path
      .split('.')
      .at(-1)!
      .replace(/\[\d+\]$/, '')
    const key = `operator.audit.fields.${name}`
    return te(key, 'zh-CN') ? `${t(key)}${/\[\d+\]/.exec(path)?.[0] ?? ''}` : path
  }

  function valueText(path: string, value: unknown): string {
    if (value === undefined || value === null || value === '') return t('operator.none')
    if (typeof value === 'boolean') return t(value ? 'operator.yes' : 'operator.no')
    if (typeof value === 'number') {
      if (path.endsWith('_price_micros')) return yuan(value)
      if (path.endsWith('_micros')) return `${exactCredit(value, locale.value)} Credit`
      return /(^|[._])(id|by|charge|reverses)$/.test(path) ? String(value) : count(value, locale.value)
    }
    return moment.test(String(value)) ? dateTime(String(value), locale.value) : String(value)
  }

  return { actionName, fieldName, valueText }
}
