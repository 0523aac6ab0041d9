import { api, bodyOf } from '@/api/client'
import type { Paged, Schemas } from '@/api/types'

/** What happened, by the name of its event; its numbers are all that the server says. */
export type Notice = Omit<Schemas['NotificationItem'], 'data'> & {
  data: Partial<Record<'balance_micros' | 'spent_micros' | 'threshold_micros', number>> & { day?: string }
}
export type NoticeSettings = Schemas['NotificationSettings']

export const listNotices = (page: number, unread?: boolean) =>
  bodyOf(api.GET('/api/v1/notifications', { params: { query: { page, page_size: 20, unread } } })) as Promise<Paged<Notice>>
export const countUnread = async () =>
  (await bodyOf(api.GET('/api/v1/notifications', { params: { query: { unread: true, page_size: 1 } } }))).page.total
export const readNotice = (id: number) => bodyOf(api.POST('/api/v1/notifications/{id}/read', { params: { path: { id } } }))
export const readAllNotices = () => bodyOf(api.POST('/api/v1/notifications/read-all'))
export const fetchNoticeSettings = () => bodyOf(api.GET('/api/v1/notifications/settings'))
export const saveNoticeSettings = (body: NoticeSettings) => bodyOf(api.PUT('/api/v1/notifications/settings', { body }))
