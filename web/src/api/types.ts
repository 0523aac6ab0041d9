import type { components } from './schema'

/** What the server says, by its names; generated from docs/openapi.v1.json by `npm run types`. */
export type Schemas = components['schemas']

export interface Paged<T> {
  items: T[]
  page: Schemas['PageInfo']
}

export type User = Schemas['SessionUser']
export type Profile = Schemas['MeAnswer']
export type OpenSession = Schemas['SessionItem']
export type ApiKey = Schemas['ApiKeyItem']
export type NewApiKey = Schemas['CreatedApiKey']
export type LimitUse = Schemas['LimitUse']

export type QuickTask = Schemas['QuickTaskView']
export type Quadrant = QuickTask['priority_group']
export type TaskFields = Pick<
  QuickTask,
  'title' | 'priority_group' | 'estimated_sections' | 'deadline_at' | 'urgency_threshold_at'
> &
  Partial<Pick<Schemas['CreateQuickTaskRequest'], 'repeat' | 'time_zone'>>

export type Conversation = Schemas['ConversationView']
export type ChatRequest = Schemas['ChatRequest']

/** One thing that happened in a conversation; what its payload holds depends on the kind. */
export type TimelineItem = Omit<Schemas['ReadTimelineItem'], 'payload'> & { payload: Record<string, unknown> }

export interface FieldChange {
  field: string
  before?: unknown
  after?: unknown
}

/** Something to look at; what it holds depends on the type. */
export type Card = { type: string } & Record<string, unknown>

/** The payload of a confirm event and of a confirm_request item. */
export interface Confirmation {
  interaction_id: string
  title: string
  summary: string
  diff: FieldChange[]
  expires_at?: string | null
  /** What "do not ask again" would allow; absent: this kind always asks. */
  kind?: string
  card?: Card
  /** What the turn has cost and may cost, where it asks whether it goes on. */
  budget?: { spent_micros: number; budget_micros: number; budget_max_micros: number }
}

export type ConfirmationStatus = 'pending' | 'accepted' | 'rejected' | 'expired'

export type Dashboard = Schemas['DashboardView']
export type Period = Dashboard['period']
/** A part of the usage, by scene or by model. */
export type Share = Partial<Schemas['SceneShare'] & Schemas['ModelShare']> & Omit<Schemas['SceneShare'], 'scene'>

export type CreditSummary = Schemas['SummaryView']
export type CreditProduct = Schemas['ProductView']
export type CreditOrder = Schemas['OrderView']
export type CreditTransaction = Schemas['TransactionView']
export type TransactionPage = Schemas['TransactionPage']
export type Call = Schemas['CallAnswer']
