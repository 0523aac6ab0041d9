import { request, send } from '@/api/client'
import type { ChatRequest, Conversation, Paged, TimelineItem } from '@/api/types'

interface TimelineAnswer {
  items: TimelineItem[]
  has_more: boolean
}

export const conversationPageSize = 50

const pathOf = (id: string | number) => `agent/conversations/${encodeURIComponent(id)}`

export const listConversations = (query: string, archived: boolean) =>
  request<Paged<Conversation>>('GET', 'agent/conversations', {
    query: { query, archived, page_size: conversationPageSize },
  })
export const patchConversation = (id: number, body: { title?: string; archived?: boolean }) =>
  request<Conversation>('PATCH', pathOf(id), { body })
export const deleteConversation = (id: number) => request<void>('DELETE', pathOf(id))
export const stopTurn = (id: string) => request<void>('POST', `${pathOf(id)}/stop`)

/** Everything after `afterSeq`, however many answers that takes. */
export async function fetchTimeline(id: string, afterSeq = 0): Promise<TimelineItem[]> {
  const items: TimelineItem[] = []
  for (;;) {
    const answer = await request<TimelineAnswer>('GET', `${pathOf(id)}/timeline`, {
      query: { after_seq: items.at(-1)?.seq ?? afterSeq },
    })
    items.push(...answer.items)
    if (!answer.items.length || !answer.has_more) return items
  }
}

/** Starts a turn. The response's body is the event stream, its header names the conversation. */
export const startTurn = (body: ChatRequest, idempotencyKey: string, signal: AbortSignal) =>
  send('POST', 'agent/chat', { body, idempotencyKey, signal, accept: 'text/event-stream' })
