import { describe, expect, it } from 'vitest'
import type { ClassItem } from './types'
import { isLoose } from './useLoose'

const item = (more: Partial<ClassItem> = {}, term_id = 1, missed = false): ClassItem => ({
  id: 1,
  position: 0,
  content: 'a',
  sections: 2,
  deadline_at: null,
  status: 'applied',
  done_at: null,
  placement: { id: 1, term_id, week: 1, day: 1, section_from: 1, section_to: 2, locked: false, missed },
  ...more,
})

describe('what can be placed', () => {
  it('is what stands nowhere, and what was missed in another term', () => {
    expect(isLoose(item({ status: 'unscheduled', placement: null }), 1)).toBe(true)
    expect(isLoose(item({}, 2, true), 1)).toBe(true)
    expect(isLoose(item({}, 2), 1)).toBe(false)
    expect(isLoose(item({}, 1, true), 1)).toBe(false)
    expect(isLoose(item({ done_at: '2026-11-23T00:00:00Z' }, 2, true), 1)).toBe(false)
  })
})
