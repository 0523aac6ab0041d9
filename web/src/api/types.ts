import type { components } from './schema'

/** Generated from docs/openapi.v1.json by `npm run types`. */
type Schemas = components['schemas']

export type Page = Schemas['PageInfo']

export interface Paged<T> {
  items: T[]
  page: Page
}

export type User = Schemas['SessionUser']
export type Profile = Schemas['MeAnswer']
export type ChangePassword = Schemas['ChangePasswordRequest']
export type OpenSession = Schemas['SessionItem']
export type SignedIn = Schemas['SessionAnswer']
export type ApiKey = Schemas['ApiKeyItem']
export type LimitUse = Schemas['LimitUse']
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

export type Conversation = Schemas['ConversationView']

/** One thing that happened in a conversation; what its payload holds depends on the kind. */
export type TimelineItem = Omit<Schemas['ReadTimelineItem'], 'payload'> & { payload: Record<string, unknown> }

export interface FieldChange {
  field: string
  before?: unknown
  after?: unknown
}

/** The payload of a confirm event and of a confirm_request item. */
export interface Confirmation {
  interaction_id: string
  title: string
  summary: string
  diff: FieldChange[]
  expires_at?: string | null
}

export type ConfirmationStatus = 'pending' | 'accepted' | 'rejected' | 'expired'

export type ChatRequest = Schemas['ChatRequest']

export type Period = '24h' | '7d' | '30d' | 'all'
export type Dashboard = Omit<Schemas['DashboardView'], 'period'> & { period: Period }

/** A part of the usage, by scene or by model. */
export interface Share {
  scene?: string
  model?: string
  credit_micros: number
  tokens: number
  calls: number
}

export type CreditSummary = Schemas['SummaryView']
export type CreditProduct = Schemas['ProductView']
export type RewardRule = Schemas['RewardRuleView']
export type CreditOrder = Schemas['OrderView']
export type CreditTransaction = Schemas['TransactionView']
export type TransactionPage = Schemas['TransactionPage']
export type Call = Schemas['CallAnswer']
