import { request } from '@/api/client'
import type { ApiKey, LimitUse, NewApiKey, Paged, SignedIn, User } from '@/api/types'
import type { KeyTerms } from './keyTerms'

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
export const updateApiKey = (id: number, terms: KeyTerms) => request<ApiKey>('PATCH', `api-keys/${id}`, { body: terms })
export const listLimits = async () => (await request<{ items: LimitUse[] }>('GET', 'limits')).items
export const deleteApiKey = (id: number) => request<void>('DELETE', `api-keys/${id}`)
