import type { CreditTransaction } from '@/api/types'

export interface TransactionFacts {
  isCall: boolean
  scene?: string
  model?: string
  /** Why a reward was not given. */
  skipped?: string
}

/** Sources whose description was written by a person or names what was bought. */
const described = new Set(['order', 'adjust', 'refund', 'rerate'])

export const isDescribed = (source: string) => described.has(source)

const text = (value: unknown) => (typeof value === 'string' && value ? value : undefined)

/** What a transaction's metadata tells about its call; damaged or foreign metadata tells nothing. */
export function describe(
  item: Pick<CreditTransaction, 'source' | 'metadata_json' | 'event_id' | 'status'>,
): TransactionFacts {
  let metadata: Record<string, unknown> = {}
  try {
    const parsed: unknown = JSON.parse(item.metadata_json || '{}')
    if (parsed && typeof parsed === 'object') metadata = parsed as Record<string, unknown>
  } catch {
    // Shown without the call's facts.
  }
  const scene = text(metadata.scene)
  const model = text(metadata.model) ?? text(metadata.model_name)
  const skipped = item.status === 'skipped' ? (text(metadata.skipped) ?? 'other') : undefined
  return { isCall: !!item.event_id && (item.source === 'charge' || item.source === 'refund'), scene, model, skipped }
}
