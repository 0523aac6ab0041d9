import { api, bodyOf, keyed } from '@/api/client'
import type { Schemas } from '@/api/types'

export type Suggestion = Schemas['SuggestionView']
export type Candidate = Schemas['CandidateView']
export type CandidateSlot = Schemas['CandidateSlot']

export const listSuggestions = () =>
  bodyOf(
    api.GET('/api/v1/active-schedule/suggestions', { params: { query: { state: 'open', page: 1, page_size: 20 } } }),
  )
export const pause = (language: 'zh-CN' | 'en', idempotencyKey: string) =>
  bodyOf(
    api.POST('/api/v1/active-schedule/trigger', {
      params: { header: keyed(idempotencyKey) },
      body: { kind: 'tired', language },
    }),
  )
/** The suggestion's id is the key of its change: said twice it is made once. */
export const confirmSuggestion = (id: number, candidate: string) =>
  bodyOf(
    api.POST('/api/v1/active-schedule/previews/{id}/confirm', {
      params: { path: { id }, header: keyed(`suggestion-${id}-${candidate}`) },
      body: { candidate_id: candidate },
    }),
  )
export const dismissSuggestion = (id: number) =>
  bodyOf(api.POST('/api/v1/active-schedule/previews/{id}/dismiss', { params: { path: { id } } }))
export const snoozeSuggestion = (id: number, minutes: number) =>
  bodyOf(api.POST('/api/v1/active-schedule/previews/{id}/snooze', { params: { path: { id } }, body: { minutes } }))
