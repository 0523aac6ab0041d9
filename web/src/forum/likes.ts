import type { PostCard } from './api'

interface Pages {
  pages: { items: PostCard[] }[]
}

const isPages = (data: unknown): data is Pages =>
  typeof data === 'object' && data !== null && Array.isArray((data as Pages).pages)
const isCard = (data: unknown): data is PostCard =>
  typeof data === 'object' && data !== null && 'like_count' in data && 'title' in data

/** The same answer of the server with one post changed, wherever it stands in it. */
export function withPost<T>(data: T, id: number, change: (post: PostCard) => Partial<PostCard>): T {
  if (isPages(data)) {
    const pages = data.pages.map((page) => ({
      ...page,
      items: page.items?.map((item) => (isCard(item) && item.id === id ? { ...item, ...change(item) } : item)),
    }))
    return { ...data, pages }
  }
  return isCard(data) && data.id === id ? { ...data, ...change(data) } : data
}

/** What a like changes before the server has answered; the same twice changes nothing more. */
export const likedAs = (liked: boolean) => (post: PostCard) => ({
  liked,
  like_count: post.like_count + (post.liked === liked ? 0 : liked ? 1 : -1),
})
