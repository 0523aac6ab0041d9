import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import { useI18n } from 'vue-i18n'
import { exactCredit } from '@/format/credit'
import type { Column } from '@/ui/table'
import { allTokens, buckets, resultOf, tokensOf } from './facts'
import type { LoggedCall } from './types'
import { useCallWords } from './useCallWords'

/** What the table shows, and what a file holds: there numbers are plain and times exact. */
export function useCallColumns(everybody: MaybeRefOrGetter<boolean>) {
  const { t } = useI18n()
  const { sceneName, resultName } = useCallWords()
  const text = (value: string | number | null | undefined) => value ?? ''
  const user = (): Column<LoggedCall>[] =>
    toValue(everybody) ? [{ key: 'user', name: t('calls.user'), text: (row) => row.username ?? '' }] : []

  const columns = computed<Column<LoggedCall>[]>(() => [
    { key: 'what', name: t('calls.what'), text: ({ call }) => sceneName(call.scene) },
    ...user(),
    { key: 'result', name: t('calls.result'), text: ({ call }) => resultName(resultOf(call)) },
    { key: 'tokens', name: t('calls.tokens'), number: true, text: ({ call }) => allTokens(call.usage) },
    {
      key: 'first',
      name: t('calls.firstToken'),
      number: true,
      wide: true,
      text: ({ call }) => text(call.first_token_ms),
    },
    { key: 'duration', name: t('calls.duration'), number: true, text: ({ call }) => text(call.duration_ms) },
    { key: 'credit', name: t('calls.credit'), number: true, text: ({ call }) => exactCredit(call.credit_micros, 'en') },
    { key: 'when', name: t('calls.when'), number: true, text: ({ call }) => text(call.started_at) },
  ])

  const csvColumns = computed<Column<LoggedCall>[]>(() => [
    { key: 'started', name: t('calls.step.started'), text: ({ call }) => text(call.started_at) },
    { key: 'finished', name: t('calls.step.finished'), text: ({ call }) => text(call.finished_at) },
    ...user(),
    { key: 'scene', name: t('calls.what'), text: ({ call }) => call.scene },
    { key: 'provider', name: t('calls.fields.provider'), text: ({ call }) => call.provider_name },
    { key: 'model', name: t('calls.model'), text: ({ call }) => call.model_name },
    { key: 'result', name: t('calls.result'), text: ({ call }) => resultOf(call) },
    ...buckets.map((bucket) => ({
      key: bucket,
      name: t(`calls.bucket.${bucket}`),
      text: ({ call }: LoggedCall) => tokensOf(call.usage, bucket),
    })),
    { key: 'credit', name: 'Credit', text: ({ call }) => exactCredit(call.credit_micros, 'en').replaceAll(',', '') },
    { key: 'first', name: `${t('calls.firstToken')} (ms)`, text: ({ call }) => text(call.first_token_ms) },
    { key: 'duration', name: `${t('calls.duration')} (ms)`, text: ({ call }) => text(call.duration_ms) },
    { key: 'event', name: t('calls.fields.event'), text: ({ call }) => call.event_id },
  ])

  return { columns, csvColumns }
}
