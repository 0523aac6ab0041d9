import type { Schemas } from '@/api/types'

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

export type CallPage = Omit<Schemas['CallPageOfCallAnswer'], 'items'> & { items: LoggedCall[] }
