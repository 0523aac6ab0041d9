import { api, bodyOf, keyed } from '@/api/client'
import type { Schemas } from '@/api/types'
import { oncePerIntent } from '@/api/idempotency'

export type Memory = Schemas['MemoryView']
export type MemoryHours = Schemas['MemoryHours']
export type MemoryType = Memory['type']
export type NewMemory = Schemas['CreateMemoryRequest']
export type MemoryChange = Schemas['EditMemoryRequest']
export type MemoryChangeOfTurn = Schemas['MemoryChangeView']
export type Shown = 'all' | MemoryType | 'deleted'

export const memoryTypes = ['constraint', 'preference', 'fact'] as const

export const listMemories = (shown: Shown, page: number) => {
  const filter = shown === 'deleted' ? { status: 'deleted' } : shown === 'all' ? {} : { type: shown }
  return bodyOf(api.GET('/api/v1/memory/items', { params: { query: { ...filter, page, page_size: 20 } } }))
}
const ofItem = (id: number) => ({ path: { id } })
export const createMemory = oncePerIntent((body: NewMemory, key: string) =>
  bodyOf(api.POST('/api/v1/memory/items', { params: { header: keyed(key) }, body })),
)
export const editMemory = (id: number, body: MemoryChange) =>
  bodyOf(api.PATCH('/api/v1/memory/items/{id}', { params: ofItem(id), body }))
export const deleteMemory = (id: number) => bodyOf(api.DELETE('/api/v1/memory/items/{id}', { params: ofItem(id) }))
export const restoreMemory = oncePerIntent((id: number, key: string) =>
  bodyOf(api.POST('/api/v1/memory/items/{id}/restore', { params: { ...ofItem(id), header: keyed(key) } })),
)
export const fetchMemorySettings = () => bodyOf(api.GET('/api/v1/memory/settings'))
export const saveMemorySettings = (enabled: boolean) =>
  bodyOf(api.PUT('/api/v1/memory/settings', { body: { enabled } }))
/** What a conversation's turns did to the memory, and whether more may come. */
export const listMemoryChanges = (conversation: string) =>
  bodyOf(api.GET('/api/v1/memory/changes', { params: { query: { conversation_id: Number(conversation) } } }))
export const undoMemoryChange = oncePerIntent((id: number, key: string) =>
  bodyOf(api.POST('/api/v1/memory/changes/{id}/undo', { params: { ...ofItem(id), header: keyed(key) } })),
)
