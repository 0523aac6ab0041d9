import type { EChartsCoreOption } from 'echarts/core'
import type { Dashboard } from '@/api/types'
import { compact, count, exactCredit, microsPerCredit } from '@/format/credit'
import { stamp } from '@/format/dates'
import { barLabels, valueOf, type Metric } from './usage'

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
    const amount =
      metric === 'credit' ? `${exactCredit(step.credit_micros, locale)} Credit` : `${count(step.tokens, locale)} Token`
    return `${stamp(step.at, locale, new Date())}<br><strong>${amount}</strong>`
  }

  return {
    animationDuration: animationMs,
    animationDurationUpdate: animationMs,
    animationEasing: 'cubicOut',
    grid: { left: 4, right: 4, top: 12, bottom: 0, containLabel: true },
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: 'shadow', z: 0, shadowStyle: { color: token('hover'), opacity: 1 } },
      backgroundColor: token('raised'),
      borderColor: token('line'),
      textStyle: { ...text, color: token('ink') },
      confine: true,
      transitionDuration: 0,
      formatter: tooltip,
    },
    xAxis: {
      type: 'category',
      data: barLabels(
        board.series.map((step) => step.at),
        board.period,
        locale,
      ),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: token('line') } },
      axisLabel: { ...text, hideOverlap: true, ...(board.period === '7d' ? { interval: 0 } : {}) },
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
        emphasis: { disabled: true },
        z: 3,
      },
    ],
  }
}
