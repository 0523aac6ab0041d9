import type { components } from './schema'

/** Generated from docs/openapi.v1.json by `npm run types`. */
type Schemas = components['schemas']

export type Page = Schemas['PageInfo']

export interface Paged<T> {
  items: T[]
  page: Page
}

export type User = Schemas['SessionUser']
export type SignedIn = Schemas['SessionAnswer']
export type ApiKey = Schemas['ApiKeyItem']
export type NewApiKey = Schemas['CreatedApiKey']

export type Quadrant = 1 | 2 | 3 | 4

export type QuickTask = Omit<Schemas['QuickTaskView'], 'priority_group'> & { priority_group: Quadrant }

export interface TaskFields {
  title: string
  priority_group: Quadrant
  estimated_sections: number
  deadline_at: string | null
  urgency_threshold_at: string | null
}

// What follows is not in the document yet.

export interface Conversation {
  id: number
  title: string
  created_at: string
  updated_at: string
  archived: boolean
}

export interface FieldChange {
  field: string
  before?: unknown
  after?: unknown
}

export interface Confirmation {
  interaction_id: string
  title: string
  summary: string
  diff: FieldChange[]
  expires_at?: string | null
}

export type ConfirmationStatus = 'pending' | 'accepted' | 'rejected' | 'expired'

export interface TimelineItem {
  seq: number
  kind: string
  payload: Record<string, unknown>
  /** All that followed from one message. */
  turn_id: string
  created_at: string
}

export interface CreditSummary {
  user_id: number
  balance: number
  balance_micros: number
  held_micros: number
  is_blocked: boolean
  snapshot_source: string
  updated_at: string
  total_recharged_micros: number
  total_rewarded_micros: number
  total_consumed_micros: number
}

export type Period = '24h' | '7d' | '30d' | 'all'

export interface Dashboard {
  period: Period
  credit_consumed: number
  credit_consumed_micros: number
  token_consumed: number
  calls: number
  /** False: no call was charged in the period, which is not the same as calls that cost nothing. */
  has_data: boolean
  series: { at: string; credit_micros: number; tokens: number }[]
  by_scene: Share[]
  by_model: Share[]
}

export interface Share {
  scene?: string
  model?: string
  credit_micros: number
  tokens: number
  calls: number
}

export interface CreditProduct {
  product_id: number
  name: string
  description: string
  credit_amount: number
  price_cent: number
  price_text: string
  currency: string
  badge: string
  status: string
  sort_order: number
  original_price_cent: number
  once_a_day: boolean
}

export interface CreditOrder {
  order_id: number
  order_no: string
  status: string
  credit_amount: number
  amount_cent: number
  price_text: string
  currency: string
  payment_mode: string
  created_at: string
  paid_at?: string
  credited_at?: string
  product_snapshot: string
  product_name: string
  quantity: number
}

/** A model call as its owner sees it; tokens are in disjoint buckets. */
export interface Call {
  event_id: string
  scene: string
  outcome: string
  provider_name: string
  model_name: string
  usage: CallUsage | null
  credit_micros: number
  started_at: string | null
  finished_at: string | null
}

export interface CallUsage {
  input_tokens: number
  output_tokens: number
  cached_tokens: number
  cache_write_tokens: number
  reasoning_tokens: number
}

/** Sums over everything that passes the filter; the expense is negative or 0. */
export interface TransactionTotals {
  income_micros: number
  expense_micros: number
}

export interface TransactionPage extends Paged<CreditTransaction> {
  totals: TransactionTotals
}

export interface CreditTransaction {
  transaction_id: number
  event_id: string
  source: string
  source_label: string
  direction: string
  amount: number
  amount_micros: number
  balance_after: number
  balance_after_micros: number
  status: string
  description: string
  metadata_json: string
  created_at: string
  order_id?: number
}
