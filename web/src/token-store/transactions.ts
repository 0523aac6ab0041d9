import type { CreditTransaction } from '@/api/types'

export interface TransactionFacts {
  isCall: boolean
  scene?: string
  model?: string
}

const text = (value: unknown) => (typeof value === 'string' && value ? value : undefined)

/** What a transaction's metadata tells about its call; damaged or foreign metadata tells nothing. */
export function describe(item: Pick<CreditTransaction, 'source' | 'metadata_json' | 'event_id'>): TransactionFacts {
  let metadata: Record<string, unknown> = {}
  try {
    const parsed: unknown = JSON.parse(item.metadata_json || '{}')
    if (parsed && typeof parsed === 'object') metadata = parsed as Record<string, unknown>
  } catch {
    // Shown without the call's facts.
  }
  const scene = text(metadata.scene)
  const model = text(metadata.model) ?? text(metadata.model_name)
  return { isCall: !!item.event_id && (item.source === 'charge' || !!scene), scene, model }
}
