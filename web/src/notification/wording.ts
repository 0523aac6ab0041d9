import { costText, creditText, exactCredit } from '@/format/credit'
import { clock, dateTime } from '@/format/dates'
import type { Notice } from './api'

export interface Wording {
  key: string
  args: Record<string, string>
  /** Where its action leads, and the key of its name. */
  to: string
  action: string
  /** Lines beneath it. */
  lines?: string[]
}

const toPost = (id: number | undefined) => (id ? `/plaza/${id}` : '/plaza')

/** The words of a notification as a key of the messages; one of a kind that this page does not know says so. */
export function wordingOf({ kind, data }: Notice, locale: string): Wording {
  // Somebody's own setting, quoted as it was set.
  const limit = exactCredit(data.threshold_micros ?? 0, locale)
  const [title, at] = [data.title ?? '', data.at ? dateTime(data.at, locale) : '']
  switch (kind) {
    case 'credit.balance.low':
      return {
        key: 'notices.low',
        args: { balance: creditText(data.balance_micros ?? 0, locale), limit },
        to: '/store',
        action: 'toStore',
      }
    case 'credit.spend.reached':
      return {
        key: 'notices.spent',
        args: { spent: costText(data.spent_micros ?? 0, locale), limit, day: data.day ?? '' },
        to: '/store/calls',
        action: 'toCalls',
      }
    case 'task.deadline.near':
      return { key: 'notices.deadline', args: { title, at }, to: '/today', action: 'toToday' }
    case 'schedule.block.near':
      return { key: 'notices.block', args: { title, at }, to: '/week', action: 'toWeek' }
    case 'schedule.course.near':
      return { key: 'notices.course', args: { title, at, place: data.place ?? '' }, to: '/week', action: 'toWeek' }
    case 'schedule.outlook':
      return {
        key: 'notices.outlook',
        args: { day: data.day ?? '' },
        to: '/week',
        action: 'toWeek',
        lines: (data.items ?? []).map((item) => `${clock(item.at, locale)} ${item.title}`),
      }
    case 'active_scheduler.suggested':
      return { key: `notices.suggested.${data.kind ?? 'courses'}`, args: { title }, to: '/today', action: 'toToday' }
    case 'forum.post.liked':
      return { key: 'notices.liked', args: {}, to: toPost(data.post_id), action: 'toPost' }
    case 'forum.post.imported':
      return { key: 'notices.imported', args: {}, to: toPost(data.post_id), action: 'toPost' }
    case 'forum.post.commented':
      return {
        key: 'notices.commented',
        args: { excerpt: data.excerpt ?? '' },
        to: toPost(data.post_id),
        action: 'toPost',
      }
    case 'assistant.change.proposed':
      return {
        key: 'notices.proposed',
        args: { assistant: data.assistant ?? '', title },
        to: '/assistant/proposals',
        action: 'toProposals',
        lines: data.summary ? [data.summary] : undefined,
      }
    case 'notification.feishu.requested':
      return {
        key: 'notices.asIs',
        args: { title },
        to: data.path || '/today',
        action: 'open',
        lines: data.text?.split('\n'),
      }
  }
  return { key: 'notices.other', args: { kind }, to: '/today', action: 'toToday' }
}

/** For the bell: more than 99 is not counted out. */
export const badge = (unread: number) => (unread > 99 ? '99+' : String(unread))
