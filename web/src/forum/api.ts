import { request } from '@/api/client'
import type { Paged } from '@/api/types'

export interface Author {
  user_id: number
  name: string
}

export interface PostCard {
  id: number
  title: string
  summary: string
  tags: string[]
  author: Author | null
  items: number
  sections: number
  days: number
  like_count: number
  import_count: number
  comment_count: number
  created_at: string
  edited_at: string | null
  mine: boolean
  liked: boolean
  imported: boolean
}

export interface PlanItem {
  content: string
  sections: number
  deadline: string | null
}

export interface Plan {
  mode: string
  subject: 'quantitative' | 'memory' | 'reading' | 'mixed'
  difficulty: 'low' | 'medium' | 'high'
  intensity: 'low' | 'medium' | 'high'
  strategy: 'steady' | 'rapid'
  allow_filler_courses: boolean
  excluded_pairs: number[]
  excluded_days: number[]
  start_date: string
  end_date: string
  items: PlanItem[]
}

export interface PostDetail extends PostCard {
  plan: Plan
  plan_revision: number
  import: { task_class_id: number; imported_at: string; is_outdated: boolean } | null
}

export interface Tag {
  name: string
  posts: number
  is_default: boolean
}

export interface Comment {
  id: number
  post_id: number
  root_id: number | null
  parent_id: number | null
  depth: number
  author: Author | null
  content: string
  reply_count: number
  created_at: string
  deleted: boolean
  mine: boolean
}

export interface Thread {
  root: Comment
  replies: Comment[]
  has_more: boolean
}

export interface CommentPlace {
  root: Comment
  path: Comment[]
  comment: Comment
}

export interface AuthorPage extends Author {
  posts: number
  like_count: number
  import_count: number
}

export type Sort = 'latest' | 'likes' | 'imports'
export type CommentSort = 'oldest' | 'latest'

export interface PostFilter {
  sort: Sort
  keyword?: string
  tag?: string
  author?: number
}

export interface PostFields {
  title: string
  summary: string
  tags: string[]
}

export interface Imported {
  task_class_id: number
  name: string
  start_date: string
  end_date: string
  items: number
}

/** What the publish dialog needs of a study plan. */
export interface OwnClass {
  id: number
  name: string
}

export interface Week {
  term: { first_monday: string; weeks: number }
  section_times: unknown[]
  blocks: { day: number; section_from: number; section_to: number; kind: string; embeddable?: boolean }[]
}

const square = 'plan-square'
export const postPageSize = 20

export const listPosts = (page: number, filter: PostFilter, signal?: AbortSignal) =>
  request<Paged<PostCard>>('GET', `${square}/posts`, { query: { page, page_size: postPageSize, ...filter }, signal })
export const listTags = async (limit = 20) =>
  (await request<{ items: Tag[] }>('GET', `${square}/tags`, { query: { limit } })).items
export const fetchPost = (id: number) => request<PostDetail>('GET', `${square}/posts/${id}`)
export const publishPost = (body: PostFields & { task_class_id: number }, idempotencyKey: string) =>
  request<PostDetail>('POST', `${square}/posts`, { body, idempotencyKey })
export const editPost = (id: number, body: Partial<PostFields> & { refresh_plan?: boolean }) =>
  request<PostDetail>('PATCH', `${square}/posts/${id}`, { body })
export const deletePost = (id: number) => request<void>('DELETE', `${square}/posts/${id}`)
export const setLike = (id: number, liked: boolean) =>
  request<{ liked: boolean; like_count: number }>(liked ? 'POST' : 'DELETE', `${square}/posts/${id}/like`)
export const reportPost = (id: number, body: { reason: string; note: string }) =>
  request<void>('POST', `${square}/posts/${id}/report`, { body })
export const importPost = (id: number, body: { target_title: string; start_date: string }, idempotencyKey: string) =>
  request<Imported>('POST', `${square}/posts/${id}/import`, { body, idempotencyKey })
export const listThreads = (post: number, page: number, sort: CommentSort) =>
  request<Paged<Thread>>('GET', `${square}/posts/${post}/comments`, { query: { page, page_size: 20, sort } })
export const listReplies = (root: number, after: number) =>
  request<{ items: Comment[]; has_more: boolean }>('GET', `${square}/comments/${root}/replies`, { query: { after, limit: 50 } })
export const fetchComment = (id: number) => request<CommentPlace>('GET', `${square}/comments/${id}`)
export const writeComment = (post: number, body: { content: string; parent_id?: number }, idempotencyKey: string) =>
  request<Comment>('POST', `${square}/posts/${post}/comments`, { body, idempotencyKey })
export const deleteComment = (id: number) => request<void>('DELETE', `${square}/comments/${id}`)
export const fetchAuthor = (id: number) => request<AuthorPage>('GET', `${square}/authors/${id}`)
export const listOwnClasses = async () =>
  (await request<Paged<OwnClass>>('GET', 'task-classes', { query: { page_size: 100 } })).items
export const fetchTerm = () => request<{ first_monday: string; weeks: number; section_times: unknown[] }>('GET', 'terms/current')
export const fetchWeek = (n: number) => request<Week>('GET', `schedule/weeks/${n}`)
/** What somebody earned for one reason, in micro-credits. */
export const fetchEarned = async (source: 'forum_like' | 'forum_import') =>
  (
    await request<{ totals: { income_micros: number } }>('GET', 'credit-store/transactions', {
      query: { source, page_size: 1 },
    })
  ).totals.income_micros
