import { api, bodyOf, keyed, urlOf } from '@/api/client'
import type { Schemas } from '@/api/types'
import type { AuditFilter, SavePack, SavePriceRule, SaveRewardRule, Spending, StartReRating } from './types'

const pathOf = (id: number | string) => ({ path: { id: Number(id) } })
const accountOf = (userId: string) => ({ path: { userId: Number(userId) } })

export const listPriceRules = (page: number, page_size: number) =>
  bodyOf(api.GET('/api/v1/admin/price-rules', { params: { query: { page, page_size } } }))
export const listPriceRuleVersions = async (ruleId: string) => {
  const query = { rule_id: Number(ruleId), page: 1, page_size: 100 }
  return (await bodyOf(api.GET('/api/v1/admin/price-rules', { params: { query } }))).items
}
export const createPriceRule = (body: SavePriceRule, idempotencyKey: string) =>
  bodyOf(api.POST('/api/v1/admin/price-rules', { params: { header: keyed(idempotencyKey) }, body }))
export const updatePriceRule = (id: string, body: SavePriceRule) =>
  bodyOf(api.PUT('/api/v1/admin/price-rules/{id}', { params: pathOf(id), body }))
/** Without an id: of a new rule. Writes nothing. */
export const previewPriceRule = (id: string | undefined, body: SavePriceRule, signal?: AbortSignal) => {
  const query = { rule_id: id === undefined ? id : Number(id) }
  return bodyOf(api.POST('/api/v1/admin/price-rules/preview', { params: { query }, body, signal }))
}

export const fetchReconciliation = () => bodyOf(api.GET('/api/v1/admin/reconciliation'))
export const runReconciliation = () => bodyOf(api.POST('/api/v1/admin/reconciliation'))
export const listOutboxes = async () => (await bodyOf(api.GET('/api/v1/admin/outbox'))).items

export const fetchLedgerHead = () => bodyOf(api.GET('/api/v1/admin/ledger/head'))

export const listReRatings = (page: number, page_size: number) =>
  bodyOf(api.GET('/api/v1/admin/re-ratings', { params: { query: { page, page_size } } }))
export const startReRating = (body: StartReRating, idempotencyKey: string) =>
  bodyOf(api.POST('/api/v1/admin/re-ratings', { params: { header: keyed(idempotencyKey) }, body }))

export const listPacks = async () => (await bodyOf(api.GET('/api/v1/admin/products'))).items
export const createPack = (body: SavePack, idempotencyKey: string) =>
  bodyOf(api.POST('/api/v1/admin/products', { params: { header: keyed(idempotencyKey) }, body }))
export const updatePack = (id: number, body: SavePack, idempotencyKey: string) =>
  bodyOf(api.PUT('/api/v1/admin/products/{id}', { params: { ...pathOf(id), header: keyed(idempotencyKey) }, body }))

export const listRewardRules = async () => (await bodyOf(api.GET('/api/v1/admin/reward-rules'))).items
export const createRewardRule = (body: SaveRewardRule, idempotencyKey: string) =>
  bodyOf(api.POST('/api/v1/admin/reward-rules', { params: { header: keyed(idempotencyKey) }, body }))
export const updateRewardRule = (id: number, body: SaveRewardRule, idempotencyKey: string) =>
  bodyOf(api.PUT('/api/v1/admin/reward-rules/{id}', { params: { ...pathOf(id), header: keyed(idempotencyKey) }, body }))

export const listUsers = (q: string, page: number, page_size: number) =>
  bodyOf(api.GET('/api/v1/admin/users', { params: { query: { q, page, page_size } } }))
export type StandingAct = 'disable' | 'enable' | 'revoke-operator'
export const changeStanding = (userId: string, act: StandingAct, reason: string) =>
  bodyOf(api.POST(`/api/v1/admin/users/{id}/${act}`, { params: pathOf(userId), body: { reason } }))
export const makeRecoveryLink = (userId: string, reason: string) =>
  bodyOf(api.POST('/api/v1/admin/users/{id}/recovery-link', { params: pathOf(userId), body: { reason } }))
export const fetchAccount = (userId: string) =>
  bodyOf(api.GET('/api/v1/admin/accounts/{userId}', { params: accountOf(userId) }))
export const listAccountTransactions = (
  userId: string,
  page: number,
  page_size: number,
  filter: { source: string; direction: string },
) =>
  bodyOf(
    api.GET('/api/v1/admin/accounts/{userId}/transactions', {
      params: { ...accountOf(userId), query: { ...filter, page, page_size } },
    }),
  )
export const listHolds = (userId: string, page: number, page_size: number) =>
  bodyOf(
    api.GET('/api/v1/admin/accounts/{userId}/holds', { params: { ...accountOf(userId), query: { page, page_size } } }),
  )
export const listOrders = (userId: string, page: number, page_size: number) =>
  bodyOf(
    api.GET('/api/v1/admin/accounts/{userId}/orders', { params: { ...accountOf(userId), query: { page, page_size } } }),
  )

export const adjust = (body: Schemas['AdjustBalanceRequest'], idempotencyKey: string) =>
  bodyOf(api.POST('/api/v1/admin/adjustments', { params: { header: keyed(idempotencyKey) }, body }))
export const refund = (body: Schemas['RefundCallRequest'], idempotencyKey: string) =>
  bodyOf(api.POST('/api/v1/admin/refunds', { params: { header: keyed(idempotencyKey) }, body }))
export const releaseHold = (body: Schemas['ReleaseHoldRequest'], idempotencyKey: string) =>
  bodyOf(api.POST('/api/v1/admin/holds/release', { params: { header: keyed(idempotencyKey) }, body }))

export const listDeadLetters = (filter: { module: string; consumer: string }, page: number, page_size: number) =>
  bodyOf(api.GET('/api/v1/admin/dead-letters', { params: { query: { ...filter, page, page_size } } }))
export const fetchDeadLetter = (module: string, id: number) =>
  bodyOf(api.GET('/api/v1/admin/dead-letters/{module}/{id}', { params: { path: { module, id } } }))
export const requeueDeadLetter = (module: string, id: number) =>
  bodyOf(api.POST('/api/v1/admin/dead-letters/{module}/{id}/requeue', { params: { path: { module, id } } }))
export const requeueAllDeadLetters = (consumer: string) =>
  bodyOf(api.POST('/api/v1/admin/dead-letters/requeue-all', { params: { query: { consumer } } }))

export const listReports = (page: number, page_size: number) =>
  bodyOf(api.GET('/api/v1/admin/plan-square/reports', { params: { query: { page, page_size } } }))
export const removePost = (id: number) =>
  bodyOf(api.POST('/api/v1/admin/plan-square/posts/{id}/remove', { params: pathOf(id) }))
export const keepPost = (id: number) =>
  bodyOf(api.POST('/api/v1/admin/plan-square/posts/{id}/keep', { params: pathOf(id) }))

export const listFeatures = async () => (await bodyOf(api.GET('/api/v1/admin/features'))).items
export const switchFeature = (name: string, on: boolean, reason: string) =>
  bodyOf(api.PUT('/api/v1/admin/features/{name}', { params: { path: { name } }, body: { on, reason } }))
export const fetchCheckup = () => bodyOf(api.GET('/api/v1/admin/checkup'))

export type SpendBy = 'day' | 'model' | 'scene' | 'user' | 'key'
export interface SpendAsked {
  from: string
  to: string
  utc_offset_minutes: number
}
/** By key it comes from the journal of calls, otherwise from the ledger's sums; both as lines of one table. */
export async function fetchSpend(by: SpendBy, query: SpendAsked): Promise<Spending> {
  if (by !== 'key') return bodyOf(api.GET('/api/v1/admin/spend', { params: { query: { ...query, by } } }))
  const found = await bodyOf(api.GET('/api/v1/admin/calls/by-key', { params: { query } }))
  return { total: found.total, rows: found.rows, rest: found.rest, days: [] }
}
export const spendCsvUrl = (by: SpendBy, { from, to, utc_offset_minutes }: SpendAsked) => {
  const query = { from, to, utc_offset_minutes: String(utc_offset_minutes) }
  return by === 'key'
    ? urlOf('/api/v1/admin/calls/by-key.csv', query)
    : urlOf('/api/v1/admin/spend.csv', { ...query, by })
}

export const listAudit = (filter: AuditFilter, page: number, page_size: number) => {
  const query = { ...filter, operator: filter.operator ? Number(filter.operator) : undefined, page, page_size }
  return bodyOf(api.GET('/api/v1/admin/audit', { params: { query } }))
}
