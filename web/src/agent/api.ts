import { api, bodyOf, keyed } from '@/api/client'
import type { ChatRequest, Schemas, TimelineItem } from '@/api/types'

export const conversationPageSize = 50

const pathOf = (id: string | number) => ({ path: { id: Number(id) } })

export const listConversations = (query: string, archived: boolean) =>
  bodyOf(
    api.GET('/api/v1/agent/conversations', {
      params: { query: { query, archived, page_size: conversationPageSize } },
    }),
  )
export const patchConversation = (id: number, body: Schemas['EditConversationRequest']) =>
  bodyOf(api.PATCH('/api/v1/agent/conversations/{id}', { params: pathOf(id), body }))
export const deleteConversation = (id: number) =>
  bodyOf(api.DELETE('/api/v1/agent/conversations/{id}', { params: pathOf(id) }))
export const fetchTurnBudget = () => bodyOf(api.GET('/api/v1/agent/budget'))
export const stopTurn = (id: string) =>
  bodyOf(api.POST('/api/v1/agent/conversations/{id}/stop', { params: pathOf(id) }))

/** Everything after `afterSeq`, however many answers that takes. */
export async function fetchTimeline(id: string, afterSeq = 0): Promise<TimelineItem[]> {
  const items: TimelineItem[] = []
  for (;;) {
    const after_seq = items.at(-1)?.seq ?? afterSeq
    const answer = await bodyOf(
      api.GET('/api/v1/agent/conversations/{id}/timeline', { params: { ...pathOf(id), query: { after_seq } } }),
    )
    items.push(...(answer.items as TimelineItem[]))
    if (!answer.items.length || !answer.has_more) return items
  }
}

/** Starts a turn. The response's body is the event stream, its header names the conversation. */
export const startTurn = async (body: ChatRequest, idempotencyKey: string, signal: AbortSignal) =>
  (
    await api.POST('/api/v1/agent/chat', {
      params: { header: keyed(idempotencyKey) },
      body,
      signal,
      headers: { Accept: 'text/event-stream' },
      parseAs: 'stream',
    })
  ).response
