import { request } from '@/api/client'
import type { ApiKey, NewApiKey, User } from '@/api/types'

export interface Credentials {
  username: string
  password: string
}

interface SignedIn {
  user: User
}

export const signIn = (body: Credentials) => request<SignedIn>('POST', 'auth/login', { body })
export const register = (body: Credentials & { email?: string }) => request<SignedIn>('POST', 'auth/register', { body })
export const signOut = () => request<void>('POST', 'auth/logout')
export const fetchMe = () => request<User>('GET', 'auth/me')

export const listApiKeys = async () => {
  const answer = await request<ApiKey[] | { items: ApiKey[] }>('GET', 'api-keys')
  return Array.isArray(answer) ? answer : answer.items
}
export const createApiKey = (name: string, idempotencyKey: string) =>
  request<NewApiKey>('POST', 'api-keys', { body: { name }, idempotencyKey })
export const deleteApiKey = (id: number) => request<void>('DELETE', `api-keys/${id}`)
