import type { EChartsCoreOption } from 'echarts/core'
import { compact, exactCredit, microsPerCredit } from '@/format/credit'
import type { SpendRow } from '../types'

interface Hover {
  dataIndex: number
}

/** One bar a day, in the colours of the theme that is on. */
export function spendPlot(days: readonly SpendRow[], locale: string): EChartsCoreOption {
  const styles = getComputedStyle(document.documentElement)
  const token = (name: string) => styles.getPropertyValue(`--${name}`).trim()
  const text = { color: token('ink-3'), fontFamily: token('font'), fontSize: 12 }
  const format = new Intl.DateTimeFormat(locale, { month: 'numeric', day: 'numeric', timeZone: 'UTC' })
  return {
    animationDuration: 180,
    grid: { left: 4, right: 4, top: 12, bottom: 0, containLabel: true },
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: 'shadow', z: 0, shadowStyle: { color: token('hover'), opacity: 1 } },
      backgroundColor: token('raised'),
      borderColor: token('line'),
      textStyle: { ...text, color: token('ink') },
      confine: true,
      transitionDuration: 0,
      formatter: (hovers: Hover[]) => {
        const row = days[hovers[0]?.dataIndex ?? 0]
        return row ? `${row.day}<br><strong>${exactCredit(row.credit_micros, locale)} Credit</strong>` : ''
      },
    },
    xAxis: {
      type: 'category',
      data: days.map((row) => format.format(new Date(`${row.day}T00:00:00Z`))),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: token('line') } },
      axisLabel: { ...text, hideOverlap: true },
    },
    yAxis: {
      type: 'value',
      splitNumber: 3,
      splitLine: { lineStyle: { color: token('line') } },
      axisLabel: { ...text, formatter: (value: number) => compact(value, locale) },
    },
    series: [
      {
        type: 'bar',
        data: days.map((row) => row.credit_micros / microsPerCredit),
        itemStyle: { color: token('accent'), borderRadius: [3, 3, 0, 0] },
        barMaxWidth: 28,
        emphasis: { disabled: true },
        z: 3,
      },
    ],
  }
}
