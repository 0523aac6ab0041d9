import { describe, expect, it } from 'vitest'
import { ApiError, offline } from '@/api/problem'
import { dialogKey } from './dialogKey'

const error = (status: number, code = 'x') => new ApiError({ ...offline, status, code })

describe('the key of a dialog', () => {
  it('stays while no answer came, whatever happened in between', () => {
    const key = dialogKey()
    const first = key.get()
    for (const failure of [error(0), error(500), error(503), error(409, 'in_flight'), error(409, 'key_reused')]) {
      key.refused(failure)
      expect(key.get()).toBe(first)
    }
  })
  it('is a new one after a refusal and when the dialog opens again', () => {
    const key = dialogKey()
    const first = key.get()
    key.refused(error(422, 'invalid_argument'))
    const second = key.get()
    key.renew()
    expect(new Set([first, second, key.get()]).size).toBe(3)
  })
})
