import { describe, expect, it } from 'vitest'
import type { Call } from '@/api/types'
import { callRows } from './calls'

const call: Call = {
  event_id: 'e-1',
  scene: 'agent.chat',
  state: 'settled',
  outcome: 'succeeded',
  model_alias: 'demo',
  stream: true,
  images: 0,
  cost_micro_yuan: 43,
  hold_micros: 0,
  attempts: [],
  house_cost: false,
  api_key_id: 0,
  first_token_ms: null,
  duration_ms: null,
  tokens_per_second: null,
  price_rule_id: 1,
  price_rule_version: 1,
  conversation_id: '1',
  sent_at: null,
  first_token_at: null,
  provider_name: 'demo',
  model_name: 'demo',
  usage: {
    input_tokens: 1200,
    output_tokens: 3,
    cached_tokens: 0,
    cache_write_tokens: 0,
    reasoning_tokens: 0,
    estimated: false,
  },
  credit_micros: 4300,
  started_at: '2026-11-22T00:00:00Z',
  finished_at: null,
}

describe('the details of a call', () => {
  const rows = callRows(call, 'en', (scene) => `scene ${scene}`)
  const textOf = (field: string) => rows.find((row) => row.field === field)?.text

  it('show tokens, the exact cost and the purpose in words', () => {
    expect([textOf('input_tokens'), textOf('credit_micros'), textOf('scene')]).toEqual([
      '1,200',
      '0.0043 Credit',
      'scene agent.chat',
    ])
  })
  it('leave out what has not happened', () => expect(textOf('finished_at')).toBeUndefined())
})
