import type { EChartsCoreOption } from 'echarts/core'
import { compact, count } from '@/format/credit'
import { stamp } from '@/format/dates'
import { barLabels } from '@/token-store/usage'
import { plotFrame } from '@/ui/plots'
import type { Period } from './api'
import { buckets, duration, tokensOf, type Bucket } from './facts'
import type { CallSummary } from './types'

type Words = (key: string) => string

/** Tints of one colour for what goes in, of another for what comes out: the lighter, the rarer. */
const tints: Record<Bucket, [colour: string, opacity: number]> = {
  input: ['accent', 1],
  cached: ['accent', 0.5],
  cache_write: ['accent', 0.25],
  output: ['green', 1],
  reasoning: ['green', 0.5],
}

function frame(summary: CallSummary, locale: string, value: (n: number) => string, line: (index: number) => string) {
  const period = summary.period as Period
  const { option, text, token } = plotFrame({
    labels: barLabels(
      summary.series.map((step) => step.at),
      period,
      locale,
    ),
    everyLabel: period === '7d',
    tell: (index) => {
      const step = summary.series[index]
      return step ? `${stamp(step.at, locale, new Date())}<br>${line(index)}` : ''
    },
    value,
  })
  const legend = { top: 0, left: 0, itemWidth: 10, itemHeight: 10, itemGap: 12, icon: 'roundRect', textStyle: text }
  return { option: { ...option, grid: { left: 4, right: 8, top: 36, bottom: 0, containLabel: true }, legend }, token }
}

/** Tokens of each bucket, one bar per time step. */
export function tokenPlot(summary: CallSummary, locale: string, t: Words): EChartsCoreOption {
  const numbers = summary.series.map((step) => step.numbers)
  const used = buckets.filter((bucket) => tokensOf(summary.total, bucket) > 0)
  const { option, token } = frame(
    summary,
    locale,
    (n) => compact(n, locale),
    (index) =>
      used.map((b) => `${t(`calls.bucket.${b}`)}: ${count(tokensOf(numbers[index]!, b), locale)}`).join('<br>'),
  )
  return {
    ...option,
    series: used.map((bucket) => ({
      type: 'bar',
      stack: 'tokens',
      name: t(`calls.bucket.${bucket}`),
      data: numbers.map((n) => tokensOf(n, bucket)),
      itemStyle: { color: token(tints[bucket][0]), opacity: tints[bucket][1] },
      barMaxWidth: 28,
      emphasis: { disabled: true },
    })),
  }
}

/** How long streams let their reader wait, over time; a gap where nothing was streamed. */
export function firstTokenPlot(summary: CallSummary, locale: string, t: Words): EChartsCoreOption {
  const numbers = summary.series.map((step) => step.numbers)
  const { option, token } = frame(
    summary,
    locale,
    (n) => duration(n, locale),
    (index) =>
      (['p50', 'p95'] as const)
        .map((p) => `${t(`calls.${p}`)}: ${duration(numbers[index]![`first_token_${p}_ms`], locale)}`)
        .join('<br>'),
  )
  return {
    ...option,
    series: (['p50', 'p95'] as const).map((p) => ({
      type: 'line',
      name: t(`calls.${p}`),
      data: numbers.map((n) => n[`first_token_${p}_ms`]),
      symbolSize: 6,
      symbol: p === 'p50' ? 'circle' : 'diamond',
      color: token(p === 'p50' ? 'accent' : 'amber'),
      lineStyle: { width: 2, type: p === 'p50' ? 'solid' : 'dashed' },
      emphasis: { disabled: true },
    })),
  }
}
