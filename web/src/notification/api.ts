import { request } from '@/api/client'
import type { Paged } from '@/api/types'

/** What happened, by the name of its event; its numbers are all that the server says. */
export interface Notice {
  id: number
  kind: string
  data: {
    balance_micros?: number
    spent_micros?: number
    threshold_micros?: number
    day?: string
  }
  created_at: string
  read_at: string | null
}

export interface NoticeSettings {
  enabled: boolean
  low_balance_credit: number
  daily_spend_credit: number
}

export const listNotices = (page: number, unread?: boolean) =>
  request<Paged<Notice>>('GET', 'notifications', { query: { page, page_size: 20, unread } })
export const countUnread = async () =>
  (await request<Paged<Notice>>('GET', 'notifications', { query: { unread: true, page_size: 1 } })).page.total
export const readNotice = (id: number) => request<void>('POST', `notifications/${id}/read`)
export const readAllNotices = () => request<void>('POST', 'notifications/read-all')
export const fetchNoticeSettings = () => request<NoticeSettings>('GET', 'notifications/settings')
export const saveNoticeSettings = (body: NoticeSettings) =>
  request<NoticeSettings>('PUT', 'notifications/settings', { body })
