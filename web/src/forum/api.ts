import { api, bodyOf, keyed } from '@/api/client'
import type { Schemas } from '@/api/types'

export type Author = Schemas['AuthorView']
export type PostCard = Schemas['PostCard']
export type PlanItem = Schemas['PlanItem']
export type Plan = Schemas['Plan']
export type PostDetail = Schemas['PostDetail']
export type Tag = Schemas['TagView']
export type Comment = Schemas['CommentView']
export type Thread = Schemas['CommentThread']
export type CommentPlace = Schemas['CommentPlace']
export type AuthorPage = Schemas['AuthorPage']
export type Imported = Schemas['ImportedView']

export type Sort = 'latest' | 'likes' | 'imports'
export type CommentSort = 'oldest' | 'latest'

export interface PostFilter {
  sort: Sort
  keyword?: string
  tag?: string
  author?: number
}

export type PostFields = Pick<PostCard, 'title' | 'summary' | 'tags'>

export const postPageSize = 20

const pathOf = (id: number) => ({ path: { id } })

export const listPosts = (page: number, filter: PostFilter, signal?: AbortSignal) =>
  bodyOf(
    api.GET('/api/v1/plan-square/posts', { params: { query: { page, page_size: postPageSize, ...filter } }, signal }),
  )
export const listTags = async (limit = 20) =>
  (await bodyOf(api.GET('/api/v1/plan-square/tags', { params: { query: { limit } } }))).items
export const fetchPost = (id: number) => bodyOf(api.GET('/api/v1/plan-square/posts/{id}', { params: pathOf(id) }))
export const publishPost = (body: Schemas['PublishPostRequest'], idempotencyKey: string) =>
  bodyOf(api.POST('/api/v1/plan-square/posts', { params: { header: keyed(idempotencyKey) }, body }))
export const editPost = (id: number, body: Schemas['EditPostRequest']) =>
  bodyOf(api.PATCH('/api/v1/plan-square/posts/{id}', { params: pathOf(id), body }))
export const deletePost = (id: number) => bodyOf(api.DELETE('/api/v1/plan-square/posts/{id}', { params: pathOf(id) }))
export const setLike = (id: number, liked: boolean) => {
  const params = pathOf(id)
  return bodyOf(
    liked
      ? api.POST('/api/v1/plan-square/posts/{id}/like', { params })
      : api.DELETE('/api/v1/plan-square/posts/{id}/like', { params }),
  )
}
export const reportPost = (id: number, body: Schemas['ReportPostRequest']) =>
  bodyOf(api.POST('/api/v1/plan-square/posts/{id}/report', { params: pathOf(id), body }))
export const importPost = (id: number, body: Schemas['ImportPostRequest'], idempotencyKey: string) =>
  bodyOf(
    api.POST('/api/v1/plan-square/posts/{id}/import', {
      params: { ...pathOf(id), header: keyed(idempotencyKey) },
      body,
    }),
  )
export const listThreads = (post: number, page: number, sort: CommentSort) =>
  bodyOf(
    api.GET('/api/v1/plan-square/posts/{id}/comments', {
      params: { ...pathOf(post), query: { page, page_size: 20, sort } },
    }),
  )
export const listReplies = (root: number, after: number) =>
  bodyOf(
    api.GET('/api/v1/plan-square/comments/{id}/replies', { params: { ...pathOf(root), query: { after, limit: 50 } } }),
  )
export const fetchComment = (id: number) => bodyOf(api.GET('/api/v1/plan-square/comments/{id}', { params: pathOf(id) }))
export const writeComment = (post: number, body: Schemas['WriteCommentRequest'], idempotencyKey: string) =>
  bodyOf(
    api.POST('/api/v1/plan-square/posts/{id}/comments', {
      params: { ...pathOf(post), header: keyed(idempotencyKey) },
      body,
    }),
  )
export const deleteComment = (id: number) =>
  bodyOf(api.DELETE('/api/v1/plan-square/comments/{id}', { params: pathOf(id) }))
export const fetchAuthor = (id: number) => bodyOf(api.GET('/api/v1/plan-square/authors/{id}', { params: pathOf(id) }))
/** What somebody earned for one reason, in micro-credits. */
export const fetchEarned = async (source: 'forum_like' | 'forum_import') =>
  (await bodyOf(api.GET('/api/v1/credit-store/transactions', { params: { query: { source, page_size: 1 } } }))).totals
    .income_micros
