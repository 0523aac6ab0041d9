import { request } from '@/api/client'
import type { CreditOrder, Paged, TransactionPage } from '@/api/types'
import type {
  Account,
  AuditLine,
  Correction,
  DeadLetter,
  DeadLetterDetail,
  Hold,
  HoldReleased,
  Outbox,
  Pack,
  PostReport,
  PriceRule,
  PriceRulePreview,
  LedgerHead,
  Reconciliation,
  ReconciliationReport,
  ReRating,
  RewardRule,
  SavedPriceRule,
  SavePack,
  SavePriceRule,
  SaveRewardRule,
  StartReRating,
  UserRecord,
  UserStanding,
} from './types'

type Query = Record<string, string | number | undefined>

const list = <T>(path: string, page: number, size: number, query: Query = {}) =>
  request<Paged<T>>('GET', `admin/${path}`, { query: { ...query, page, page_size: size } })

export const listPriceRules = (page: number, size: number) => list<PriceRule>('price-rules', page, size)
export const listPriceRuleVersions = async (ruleId: string) =>
  (await list<PriceRule>('price-rules', 1, 100, { rule_id: ruleId })).items
export const createPriceRule = (body: SavePriceRule, idempotencyKey: string) =>
  request<SavedPriceRule>('POST', 'admin/price-rules', { body, idempotencyKey })
export const updatePriceRule = (id: string, body: SavePriceRule) =>
  request<SavedPriceRule>('PUT', `admin/price-rules/${id}`, { body })
/** Without an id: of a new rule. Writes nothing. */
export const previewPriceRule = (id: string | undefined, body: SavePriceRule, signal?: AbortSignal) =>
  request<PriceRulePreview>('POST', 'admin/price-rules/preview', { query: { rule_id: id }, body, signal })

export const fetchReconciliation = () => request<Reconciliation>('GET', 'admin/reconciliation')
export const runReconciliation = () => request<ReconciliationReport>('POST', 'admin/reconciliation')
export const listOutboxes = async () => (await request<Paged<Outbox>>('GET', 'admin/outbox')).items

export const fetchLedgerHead = () => request<LedgerHead>('GET', 'admin/ledger/head')

export const listReRatings = (page: number, size: number) => list<ReRating>('re-ratings', page, size)
export const startReRating = (body: StartReRating, idempotencyKey: string) =>
  request<ReRating>('POST', 'admin/re-ratings', { body, idempotencyKey })

export const listPacks = async () => (await request<Paged<Pack>>('GET', 'admin/products')).items
export const createPack = (body: SavePack, idempotencyKey: string) =>
  request<Pack>('POST', 'admin/products', { body, idempotencyKey })
export const updatePack = (id: number, body: SavePack, idempotencyKey: string) =>
  request<Pack>('PUT', `admin/products/${id}`, { body, idempotencyKey })

export const listRewardRules = async () => (await request<Paged<RewardRule>>('GET', 'admin/reward-rules')).items
export const createRewardRule = (body: SaveRewardRule, idempotencyKey: string) =>
  request<RewardRule>('POST', 'admin/reward-rules', { body, idempotencyKey })
export const updateRewardRule = (id: number, body: SaveRewardRule, idempotencyKey: string) =>
  request<RewardRule>('PUT', `admin/reward-rules/${id}`, { body, idempotencyKey })

export const listUsers = (q: string, page: number, size: number) => list<UserRecord>('users', page, size, { q })
export type StandingAct = 'disable' | 'enable' | 'revoke-operator'
export const changeStanding = (userId: string, act: StandingAct, reason: string) =>
  request<UserStanding>('POST', `admin/users/${userId}/${act}`, { body: { reason } })
export const fetchAccount = (userId: string) => request<Account>('GET', `admin/accounts/${userId}`)
export const listAccountTransactions = (
  userId: string,
  page: number,
  size: number,
  filter: { source: string; direction: string },
) =>
  request<TransactionPage>('GET', `admin/accounts/${userId}/transactions`, {
    query: { ...filter, page, page_size: size },
  })
export const listHolds = (userId: string, page: number, size: number) =>
  list<Hold>(`accounts/${userId}/holds`, page, size)
export const listOrders = (userId: string, page: number, size: number) =>
  list<CreditOrder>(`accounts/${userId}/orders`, page, size)

interface Booking {
  user_id: number
  reason: string
}

export const adjust = (body: Booking & { amount_micros: number }, idempotencyKey: string) =>
  request<Correction>('POST', 'admin/adjustments', { body, idempotencyKey })
export const refund = (body: Booking & { event_id: string; amount_micros: number }, idempotencyKey: string) =>
  request<Correction>('POST', 'admin/refunds', { body, idempotencyKey })
export const releaseHold = (body: Booking & { event_id: string; confirm: boolean }, idempotencyKey: string) =>
  request<HoldReleased>('POST', 'admin/holds/release', { body, idempotencyKey })

export const listDeadLetters = (filter: { module: string; consumer: string }, page: number, size: number) =>
  list<DeadLetter>('dead-letters', page, size, filter)
export const fetchDeadLetter = (module: string, id: number) =>
  request<DeadLetterDetail>('GET', `admin/dead-letters/${encodeURIComponent(module)}/${id}`)
export const requeueDeadLetter = (module: string, id: number) =>
  request<DeadLetterDetail>('POST', `admin/dead-letters/${encodeURIComponent(module)}/${id}/requeue`)
export const requeueAllDeadLetters = (consumer: string) =>
  request<{ marked: number }>('POST', 'admin/dead-letters/requeue-all', { query: { consumer } })

export const listReports = (page: number, size: number) => list<PostReport>('plan-square/reports', page, size)
export const removePost = (id: number) => request<void>('POST', `admin/plan-square/posts/${id}/remove`)
export const keepPost = (id: number) => request<void>('POST', `admin/plan-square/posts/${id}/keep`)

export interface AuditFilter {
  subject: string
  operator: string
  action: string
}

export const listAudit = (filter: AuditFilter, page: number, size: number) =>
  list<AuditLine>('audit', page, size, { ...filter })
