import { request } from '@/api/client'
import type { ApiKey, NewApiKey, Paged, SignedIn, User } from '@/api/types'

export interface Credentials {
  username: string
  password: string
}

export const signIn = (body: Credentials) => request<SignedIn>('POST', 'auth/login', { body })
export const register = (body: Credentials & { email?: string }) => request<SignedIn>('POST', 'auth/register', { body })
export const signOut = () => request<void>('POST', 'auth/logout')
export const fetchMe = () => request<User>('GET', 'auth/me')

export const listApiKeys = async () => (await request<Paged<ApiKey>>('GET', 'api-keys')).items
export const createApiKey = (name: string, idempotencyKey: string) =>
  request<NewApiKey>('POST', 'api-keys', { body: { name }, idempotencyKey })
export const deleteApiKey = (id: number) => request<void>('DELETE', `api-keys/${id}`)
