import { api, bodyOf } from '@/api/client'
import type { Paged, Schemas } from '@/api/types'

/** What happened, by the name of its event; its numbers are all that the server says. */
export type Notice = Omit<Schemas['NotificationItem'], 'data'> & { data: NoticeData }
export interface NoticeData {
  balance_micros?: number
  spent_micros?: number
  threshold_micros?: number
  day?: string
  title?: string
  text?: string
  path?: string
  at?: string
  ends_at?: string
  place?: string
  excerpt?: string
  assistant?: string
  summary?: string
  post_id?: number
  kind?: string
  items?: { what: string; title: string; at: string }[]
  more?: number
}
export type NoticeDelivery = Schemas['DeliveryView']
export type NoticeSettings = Schemas['NotificationSettings']
export type NoticePreferences = Schemas['PreferencesView']
export type Channel = Schemas['ChannelView']
export type NewChannel = Schemas['AddChannelRequest']

export const listNotices = (page: number, unread?: boolean) =>
  bodyOf(api.GET('/api/v1/notifications', { params: { query: { page, page_size: 20, unread } } })) as Promise<
    Paged<Notice>
  >
export const countUnread = async () =>
  (await bodyOf(api.GET('/api/v1/notifications', { params: { query: { unread: true, page_size: 1 } } }))).page.total
export const readNotice = (id: number) =>
  bodyOf(api.POST('/api/v1/notifications/{id}/read', { params: { path: { id } } }))
export const readAllNotices = () => bodyOf(api.POST('/api/v1/notifications/read-all'))
export const fetchNoticeSettings = () => bodyOf(api.GET('/api/v1/notifications/settings'))
export const saveNoticeSettings = (body: NoticeSettings) => bodyOf(api.PUT('/api/v1/notifications/settings', { body }))

export const fetchNoticePreferences = () => bodyOf(api.GET('/api/v1/notifications/preferences'))
export const saveNoticePreferences = (body: NoticePreferences) =>
  bodyOf(api.PUT('/api/v1/notifications/preferences', { body }))

const ofChannel = (id: number) => ({ params: { path: { id } } })
export const fetchChannels = () => bodyOf(api.GET('/api/v1/notifications/channels'))
export const addChannel = (body: NewChannel) => bodyOf(api.POST('/api/v1/notifications/channels', { body }))
export const switchChannel = (id: number, enabled: boolean) =>
  bodyOf(api.PATCH('/api/v1/notifications/channels/{id}', { ...ofChannel(id), body: { enabled } }))
export const removeChannel = (id: number) => bodyOf(api.DELETE('/api/v1/notifications/channels/{id}', ofChannel(id)))
export const testChannel = (id: number) => bodyOf(api.POST('/api/v1/notifications/channels/{id}/test', ofChannel(id)))
export const confirmChannel = (id: number, code: string) =>
  bodyOf(api.POST('/api/v1/notifications/channels/{id}/confirm', { ...ofChannel(id), body: { code } }))
