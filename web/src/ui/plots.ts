import type { EChartsCoreOption } from 'echarts/core'
import { compact } from '@/format/credit'

interface Hover {
  dataIndex: number
}

interface Frame {
  labels: readonly string[]
  /** HTML of what is told of a step; empty: nothing. */
  tell: (index: number) => string
  /** Every label, however many there are. */
  everyLabel?: boolean
  value: (n: number) => string
}

const animationMs = 180

/** Steps of time against values, in the colours of the theme that is on; its reader adds the series. */
export function plotFrame({ labels, tell, everyLabel, value }: Frame) {
  const styles = getComputedStyle(document.documentElement)
  const token = (name: string) => styles.getPropertyValue(`--${name}`).trim()
  const text = { color: token('ink-3'), fontFamily: token('font'), fontSize: 12 }
  const option: EChartsCoreOption = {
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
      formatter: (hovers: Hover[]) => tell(hovers[0]?.dataIndex ?? 0),
    },
    xAxis: {
      type: 'category',
      data: labels,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: token('line') } },
      axisLabel: { ...text, hideOverlap: true, ...(everyLabel ? { interval: 0 } : {}) },
    },
    yAxis: {
      type: 'value',
      splitNumber: 3,
      splitLine: { lineStyle: { color: token('line') } },
      axisLabel: { ...text, formatter: value },
    },
  }
  return { option, text, token }
}

/** One bar per step. */
export function bars({
  values,
  locale,
  ...of
}: Omit<Frame, 'value'> & { values: readonly number[]; locale: string }): EChartsCoreOption {
  const { option, token } = plotFrame({ ...of, value: (n) => compact(n, locale) })
  return {
    ...option,
    series: [
      {
        type: 'bar',
        data: values,
        itemStyle: { color: token('accent'), borderRadius: [3, 3, 0, 0] },
        barMaxWidth: 28,
        emphasis: { disabled: true },
        z: 3,
      },
    ],
  }
}
