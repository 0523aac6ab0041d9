import { api, bodyOf, keyed } from '@/api/client'
import type { Schemas } from '@/api/types'

export type PersonalEvent = Schemas['EventView']
export type EventFields = Schemas['EventFields']

export const readEvent = (id: number) => bodyOf(api.GET('/api/v1/events/{id}', { params: { path: { id } } }))
export const createEvent = (body: EventFields, idempotencyKey: string) =>
  bodyOf(api.POST('/api/v1/events', { params: { header: keyed(idempotencyKey) }, body }))
export const patchEvent = (id: number, body: EventFields) =>
  bodyOf(api.PATCH('/api/v1/events/{id}', { params: { path: { id } }, body }))
export const deleteEvent = (id: number) => bodyOf(api.DELETE('/api/v1/events/{id}', { params: { path: { id } } }))
export const cancelEvent = (id: number, date: string) =>
  bodyOf(api.DELETE('/api/v1/events/{id}/dates/{date}', { params: { path: { id, date } } }))
