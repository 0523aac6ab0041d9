import type { EChartsCoreOption } from 'echarts/core'
import type { Dashboard } from '@/api/types'
import { count, exactCredit, microsPerCredit } from '@/format/credit'
import { stamp } from '@/format/dates'
import { bars } from '@/ui/plots'
import { barLabels, valueOf, type Metric } from './usage'

/** One bar per time step. */
export function chartOption(board: Dashboard, metric: Metric, locale: string): EChartsCoreOption {
  const scale = metric === 'credit' ? microsPerCredit : 1
  return bars({
    labels: barLabels(
      board.series.map((step) => step.at),
      board.period,
      locale,
    ),
    values: board.series.map((step) => valueOf(step, metric) / scale),
    tell: (index) => {
      const step = board.series[index]
      if (!step) return ''
      const amount =
        metric === 'credit'
          ? `${exactCredit(step.credit_micros, locale)} Credit`
          : `${count(step.tokens, locale)} Token`
      return `${stamp(step.at, locale, new Date())}<br><strong>${amount}</strong>`
    },
    everyLabel: board.period === '7d',
    locale,
  })
}
