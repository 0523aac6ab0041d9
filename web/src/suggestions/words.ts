import { useI18n } from 'vue-i18n'
import type { Candidate, CandidateSlot } from './api'

/** A suggestion in words: what the server says in single words, the page says in sentences. */
export function useSuggestionWords() {
  const { t, te, locale } = useI18n()

  function place(at: CandidateSlot | null | undefined): string {
    if (!at) return t('suggestions.nowhere')
    const [year, month, day] = at.date.split('-').map(Number) as [number, number, number]
    const date = new Intl.DateTimeFormat(locale.value, {
      month: 'short',
      day: 'numeric',
      weekday: 'short',
      timeZone: 'UTC',
    }).format(new Date(Date.UTC(year, month - 1, day)))
    const sections = at.section_from === at.section_to ? `${at.section_from}` : `${at.section_from}–${at.section_to}`
    return t('suggestions.place', { date, sections })
  }

  /** Of one block alone it is half of it, of two half of each. */
  const way = (candidate: Candidate) =>
    t(`suggestions.candidate.${candidate.reason === 'half_now' ? 'half' : candidate.kind}`)
  const known = (path: string) => (te(path) ? t(path) : '')
  const reason = (candidate: Candidate) => known(`suggestions.reason.${candidate.reason}`)
  const risk = (candidate: Candidate) => (candidate.risk === 'none' ? '' : known(`suggestions.risk.${candidate.risk}`))
  const breaks = (candidate: Candidate) =>
    candidate.breaks
      .map(({ rule, title }) => (te(`suggestions.breaks.${rule}`) ? t(`suggestions.breaks.${rule}`, { title }) : ''))
      .filter(Boolean)

  return { place, way, reason, risk, breaks }
}
