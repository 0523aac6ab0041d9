import { readEvents } from '@/agent/sse'
import { request, send } from '@/api/client'
import { ApiError } from '@/api/problem'
import type { Plan, Slot } from './types'

export interface PlanRequest {
  task_class_ids: number[]
  budget_ms?: number
  replan?: boolean
  missed_item_ids?: number[]
}

export interface PlanProgress {
  rounds: number
  share: number
  missing_sections: number
  cost_micros: number
}

/** Computes a plan and tells how far it is; leaving early cancels it on the server, too. */
export async function makePlan(body: PlanRequest, signal: AbortSignal, onProgress: (progress: PlanProgress) => void): Promise<Plan> {
  const response = await send('POST', 'schedule/plan', { body, signal, accept: 'text/event-stream' })
  if (!response.headers.get('Content-Type')?.includes('event-stream')) return (await response.json()) as Plan
  for await (const { event, data } of readEvents(response.body!)) {
    if (event === 'progress') onProgress(JSON.parse(data) as PlanProgress)
    else if (event === 'result') return JSON.parse(data) as Plan
    else if (event === 'error') throw new ApiError({ status: 500, code: 'internal', ...JSON.parse(data) })
  }
  throw new ApiError({ status: 0, code: 'unreachable' })
}

export const readPlan = (id: string) => request<Plan>('GET', `schedule/plan/${id}`)

/** One item elsewhere in the preview, or nowhere (null). */
export const adjustPlan = (id: string, item_id: number, to: Slot | null, revision: number) => {
  const where = to ? { week: to.week, day: to.day, section_from: to.section_from } : { unplace: true }
  return request<Plan>('PATCH', `schedule/plan/${id}`, { body: { item_id, ...where, revision } })
}

export const discardPlan = (id: string) => request<void>('DELETE', `schedule/plan/${id}`)

export interface Applied {
  version: number
  placed: number
  moved: number
  removed: number
}

/** The preview is applied once: its own name is the key of the repeat. */
export const applyPlan = (id: string, revision: number) =>
  request<Applied>('POST', `schedule/plan/${id}/apply`, { idempotencyKey: `apply-${id}-${revision}` })
