import type { components } from '@/api/schema'

type Schemas = components['schemas']

export type Call = Schemas['CallAnswer']
export type CallSummary = Schemas['CallSummary']
export type CallNumbers = Schemas['CallNumbers']
export type ModelNumbers = Schemas['ModelNumbers']

/** A line of the log; whose it is stands only in the operators' log. */
export interface LoggedCall {
  userId?: number
  username?: string
  call: Call
}

export interface CallPage {
  items: LoggedCall[]
  page: { page: number; page_size: number; total: number; has_more: boolean }
  truncated: boolean
}
