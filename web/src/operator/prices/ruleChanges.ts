import type { PriceTier, SavePriceRule } from '../types'
import { eachPrices, tokenPrices } from './ruleForm'

export interface Change {
  field: string
  before: unknown
  after: unknown
}

type Version = Pick<
  SavePriceRule,
  | 'scene'
  | 'provider_name'
  | 'model_name'
  | (typeof tokenPrices)[number]
  | (typeof eachPrices)[number]
  | 'credit_per_yuan'
  | 'free'
  | 'priority'
  | 'status'
  | 'description'
  | 'effective_to'
> & { tiers?: PriceTier[] | null; effective_from?: string | null }

const fields = [
  'scene',
  'provider_name',
  'model_name',
  ...tokenPrices,
  ...eachPrices,
  'credit_per_yuan',
  'free',
  'priority',
  'status',
  'description',
  'effective_to',
] as const

const tierFields = ['from_input_tokens', ...tokenPrices] as const
const plain = (value: unknown) => (value === '*' || value === undefined || value === null ? '' : value)
const moment = (field: string, value: unknown) =>
  field.startsWith('effective_') && typeof value === 'string' && value ? new Date(value).toISOString() : value

/** What differs between two versions, field by field; a tier that only one of them has differs in all that it sets. */
export function ruleChanges(before: Version | undefined, after: Version): Change[] {
  const changes: Change[] = []
  const add = (field: string, was: unknown, is: unknown) => {
    const [old, next] = [moment(field, plain(was)), moment(field, plain(is))]
    if (old !== next) changes.push({ field, before: old, after: next })
  }
  for (const field of fields) add(field, before?.[field], after[field])
  const [old, next] = [before?.tiers ?? [], after.tiers ?? []]
  for (let index = 0; index < Math.max(old.length, next.length); index++)
    for (const field of tierFields) add(`tiers[${index}].${field}`, old[index]?.[field], next[index]?.[field])
  return changes
}
