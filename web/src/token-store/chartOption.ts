import type { EChartsCoreOption } from 'echarts/core'
import type { Dashboard } from '@/api/types'
import { compact, count, exactCredit, microsPerCredit } from '@/format/credit'
import { dateTime } from '@/format/dates'
import { barLabel, valueOf, type Metric } from './usage'

const animationMs = 180

interface Hover {
  dataIndex: number
}

/** One bar per time step, in the colours of the theme that is on. */
export function chartOption(board: Dashboard, metric: Metric, locale: string): EChartsCoreOption {
  const styles = getComputedStyle(document.documentElement)
  const token = (name: string) => styles.getPropertyValue(`--${name}`).trim()
  const scale = metric === 'credit' ? microsPerCredit : 1
  const text = { color: token('ink-3'), fontFamily: token('font'), fontSize: 12 }

  function tooltip(hovers: Hover[]): string {
    const step = board.series[hovers[0]?.dataIndex ?? 0]
    if (!step) return ''
    const amount = metric === 'credit' ? `${exactCredit(step.credit_micros, locale)} Credit` : `${count(step.tokens, locale)} Token`
    return `${dateTime(step.at, locale)}<br><strong>${amount}</strong>`
  }

  return {
    animationDuration: animationMs,
    animationDurationUpdate: animationMs,
    animationEasing: 'cubicOut',
    grid: { left: 4, right: 4, top: 12, bottom: 0, containLabel: true },
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: 'shadow', shadowStyle: { color: token('hover'), opacity: 0.7 } },
      backgroundColor: token('raised'),
      borderColor: token('line'),
      textStyle: { ...text, color: token('ink') },
      confine: true,
      transitionDuration: 0,
      formatter: tooltip,
    },
    xAxis: {
      type: 'category',
      data: board.series.map((step) => barLabel(step.at, board.period, locale)),
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
        data: board.series.map((step) => valueOf(step, metric) / scale),
        itemStyle: { color: token('accent'), borderRadius: [3, 3, 0, 0] },
        barMaxWidth: 28,
        barMinHeight: 0,
      },
    ],
  }
}
