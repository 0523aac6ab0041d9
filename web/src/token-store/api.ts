import { api, bodyOf, keyed, urlOf } from '@/api/client'
import type { Period } from '@/api/types'

export type TransactionFilter = Record<'source' | 'direction', string>

export const transactionPageSize = 20

export const fetchSummary = () => bodyOf(api.GET('/api/v1/credit-store/summary'))
export const fetchDashboard = (period: Period) =>
  bodyOf(api.GET('/api/v1/credit-store/consumption-dashboard', { params: { query: { period } } }))
export const storeCapabilities = () => bodyOf(api.GET('/api/v1/credit-store/capabilities'))
export const listProducts = async () => (await bodyOf(api.GET('/api/v1/credit-store/products'))).items
export const listRewardRules = async () =>
  (await bodyOf(api.GET('/api/v1/credit-store/reward-rules', { params: { query: { status: 'active' } } }))).items
export const createOrder = (product_id: number, quantity: number, idempotencyKey: string) =>
  bodyOf(
    api.POST('/api/v1/credit-store/orders', {
      params: { header: keyed(idempotencyKey) },
      body: { product_id, quantity },
    }),
  )
export const payOrder = (id: number, idempotencyKey: string) =>
  bodyOf(
    api.POST('/api/v1/credit-store/orders/{id}/mock-paid', {
      params: { path: { id }, header: keyed(idempotencyKey) },
      body: { mock_channel: 'alipay_mock' },
    }),
  )
export const listTransactions = (page: number, filter: TransactionFilter) =>
  bodyOf(
    api.GET('/api/v1/credit-store/transactions', {
      params: { query: { page, page_size: transactionPageSize, ...filter } },
    }),
  )
export const transactionsCsvUrl = (filter: TransactionFilter) => urlOf('/api/v1/credit-store/transactions.csv', filter)
/** What one model call used and cost; the id is the caller's own key of the call. */
export const fetchCall = (eventId: string) =>
  bodyOf(api.GET('/api/v1/calls/{eventId}', { params: { path: { eventId } } }))
