import { useI18n } from 'vue-i18n'
import type { Slot } from './types'
import type { Verdict } from './verdict'

/** A Monday, so that weekdays can be named by their number. */
const monday = Date.UTC(2024, 0, 1)
const dayMs = 86_400_000

/** Days, times and outcomes of the board as sentences; the same for toasts and for screen readers. */
export function useWords() {
  const { t, locale } = useI18n()

  function weekday(day: number, width: 'short' | 'long' | 'narrow' = 'long'): string {
    return new Intl.DateTimeFormat(locale.value, { weekday: width, timeZone: 'UTC' }).format(monday + (day - 1) * dayMs)
  }

  function date(iso: string, options: Intl.DateTimeFormatOptions = { month: 'short', day: 'numeric' }): string {
    return new Intl.DateTimeFormat(locale.value, { ...options, timeZone: 'UTC' }).format(new Date(`${iso}T00:00:00Z`))
  }

  function sections({ section_from: from, section_to: to }: Pick<Slot, 'section_from' | 'section_to'>): string {
    if (from > to) return t('week.between')
    return from === to ? t('week.section', { n: from }) : t('week.sections', { from, to })
  }

  function slot(at: Slot, shown?: number, width: 'short' | 'long' = 'long'): string {
    const place = t('week.slot', { day: weekday(at.day, width), sections: sections(at) })
    return at.week === shown ? place : t('week.slotIn', { week: at.week, place })
  }

  function verdict(outcome: Verdict): string {
    if (outcome.kind === 'stay') return t('week.verdict.stay')
    if (outcome.kind === 'no') {
      const names = outcome.blocks.map((block) => t('week.quoted', { title: block.title })).join(t('week.comma'))
      return t(`week.verdict.${outcome.rule}`, { names })
    }
    const cautions = outcome.cautions.map((caution) => t(`week.caution.${caution}`)).join(t('week.comma'))
    const base =
      outcome.kind === 'swap'
        ? t('week.verdict.swap', { title: outcome.other.title })
        : outcome.inside
          ? t('week.verdict.inside', { title: outcome.inside.title })
          : t('week.verdict.free')
    return cautions ? base + t('week.but', { rules: cautions }) : base
  }

  return { weekday, date, sections, slot, verdict }
}
