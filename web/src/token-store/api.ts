import { request, urlOf } from '@/api/client'
import type {
  Call,
  CreditOrder,
  CreditProduct,
  CreditSummary,
  Dashboard,
  Paged,
  Period,
  RewardRule,
  TransactionPage,
} from '@/api/types'

export interface TransactionFilter {
  source: string
  direction: string
}

export const transactionPageSize = 20

export const fetchSummary = () => request<CreditSummary>('GET', 'credit-store/summary')
export const fetchDashboard = (period: Period) =>
  request<Dashboard>('GET', 'credit-store/consumption-dashboard', { query: { period } })
export const listProducts = async () => (await request<Paged<CreditProduct>>('GET', 'credit-store/products')).items
export const listRewardRules = async () =>
  (await request<Paged<RewardRule>>('GET', 'credit-store/reward-rules', { query: { status: 'active' } })).items
export const createOrder = (productId: number, quantity: number, idempotencyKey: string) =>
  request<CreditOrder>('POST', 'credit-store/orders', { body: { product_id: productId, quantity }, idempotencyKey })
export const payOrder = (orderId: number, idempotencyKey: string) =>
  request<CreditOrder>('POST', `credit-store/orders/${orderId}/mock-paid`, {
    body: { mock_channel: 'alipay_mock' },
    idempotencyKey,
  })
export const listTransactions = (page: number, filter: TransactionFilter) =>
  request<TransactionPage>('GET', 'credit-store/transactions', {
    query: { page, page_size: transactionPageSize, ...filter },
  })
export const transactionsCsvUrl = (filter: TransactionFilter) => urlOf('credit-store/transactions.csv', { ...filter })
/** What one model call used and cost; the id is the caller's own key of the call. */
export const fetchCall = (eventId: string) => request<Call>('GET', `calls/${encodeURIComponent(eventId)}`)
