import type { EChartsCoreOption } from 'echarts/core'
import { exactCredit, microsPerCredit } from '@/format/credit'
import { bars } from '@/ui/plots'
import type { SpendRow } from '../types'

/** One bar a day. */
export function spendPlot(days: readonly SpendRow[], locale: string): EChartsCoreOption {
  const format = new Intl.DateTimeFormat(locale, { month: 'numeric', day: 'numeric', timeZone: 'UTC' })
  return bars({
    labels: days.map((row) => format.format(new Date(`${row.day}T00:00:00Z`))),
    values: days.map((row) => row.credit_micros / microsPerCredit),
    tell: (index) => {
      const row = days[index]
      return row ? `${row.day}<br><strong>${exactCredit(row.credit_micros, locale)} Credit</strong>` : ''
    },
    locale,
  })
}
