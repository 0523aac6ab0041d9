import { api, bodyOf, keyed } from '@/api/client'
import { ApiError } from '@/api/problem'
import { readEvents } from '@/api/sse'
import type { Schemas } from '@/api/types'
import type { Plan, Slot } from './types'

export type PlanRequest = Schemas['PlanRequest']

/** The payload of a progress event. */
export interface PlanProgress {
  rounds: number
  share: number
  missing_sections: number
  cost_micros: number
}

/** Computes a plan and tells how far it is; leaving early cancels it on the server, too. */
export async function makePlan(
  body: PlanRequest,
  signal: AbortSignal,
  onProgress: (progress: PlanProgress) => void,
): Promise<Plan> {
  const { response } = await api.POST('/api/v1/schedule/plan', {
    body,
    signal,
    headers: { Accept: 'text/event-stream' },
    parseAs: 'stream',
  })
  for await (const { event, data } of readEvents(response.body!)) {
    if (event === 'progress') onProgress(JSON.parse(data) as PlanProgress)
    else if (event === 'result') return JSON.parse(data) as Plan
    else if (event === 'error') throw new ApiError({ status: 500, code: 'internal', ...JSON.parse(data) })
  }
  throw new ApiError({ status: 0, code: 'unreachable' })
}

const pathOf = (previewId: string) => ({ path: { previewId } })

export const readPlan = (id: string) => bodyOf(api.GET('/api/v1/schedule/plan/{previewId}', { params: pathOf(id) }))

/** One item elsewhere in the preview, or nowhere (null). */
export const adjustPlan = (id: string, item_id: number, to: Slot | null, revision: number) => {
  const where = to ? { week: to.week, day: to.day, section_from: to.section_from } : { unplace: true }
  const body = { item_id, ...where, revision }
  return bodyOf(api.PATCH('/api/v1/schedule/plan/{previewId}', { params: pathOf(id), body }))
}

export const discardPlan = (id: string) =>
  bodyOf(api.DELETE('/api/v1/schedule/plan/{previewId}', { params: pathOf(id) }))

/** The preview is applied once: its own name is the key of the repeat. */
export const applyPlan = (id: string, revision: number) =>
  bodyOf(
    api.POST('/api/v1/schedule/plan/{previewId}/apply', {
      params: { ...pathOf(id), header: keyed(`apply-${id}-${revision}`) },
    }),
  )
