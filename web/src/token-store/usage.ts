import type { Period, Share } from '@/api/types'

export const periods: readonly Period[] = ['24h', '7d', '30d', 'all']
export type Metric = 'credit' | 'token'

export function valueOf(entry: { credit_micros: number; tokens: number }, metric: Metric): number {
  return metric === 'credit' ? entry.credit_micros : entry.tokens
}

export interface Portion extends Share {
  name: string
  /** Part of the whole in percent, of the metric that is shown. */
  percent: number
}

/** The split of the usage, largest first. */
export function portions(shares: readonly Share[], metric: Metric): Portion[] {
  const whole = shares.reduce((sum, share) => sum + valueOf(share, metric), 0)
  return shares
    .map((share) => ({
      ...share,
      name: share.scene ?? share.model ?? '',
      percent: whole ? (100 * valueOf(share, metric)) / whole : 0,
    }))
    .sort((a, b) => valueOf(b, metric) - valueOf(a, metric))
}

/** The labels of the bars: hours within a day; otherwise each date once, where its first bar stands. */
export function barLabels(moments: readonly string[], period: Period, locale: string): string[] {
  const options: Intl.DateTimeFormatOptions =
    period === '24h' ? { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } : { month: 'numeric', day: 'numeric' }
  const format = new Intl.DateTimeFormat(locale, options)
  const texts = moments.map((moment) => format.format(new Date(moment)))
  return texts.map((text, index) => (period !== '24h' && text === texts[index - 1] ? '' : text))
}
