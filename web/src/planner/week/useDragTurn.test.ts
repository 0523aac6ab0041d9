import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'
import { holdMs, useDragTurn } from './useDragTurn'

describe('holding a block over an end of the week', () => {
  const turned: number[] = []
  let carrying = true
  const scope = effectScope()
  const turns = scope.run(() =>
    useDragTurn(
      () => carrying,
      (step) => turned.push(step),
    ),
  )!

  beforeEach(() => {
    vi.useFakeTimers()
    turned.length = 0
    carrying = true
  })
  afterEach(() => {
    turns.leave()
    vi.useRealTimers()
  })

  it('turns it after a moment, and again, until it leaves', () => {
    turns.enter(1)
    vi.advanceTimersByTime(holdMs - 1)
    expect(turned).toEqual([])
    vi.advanceTimersByTime(1 + holdMs)
    expect(turned).toEqual([1, 1])
    turns.leave()
    vi.advanceTimersByTime(5 * holdMs)
    expect(turned).toEqual([1, 1])
  })

  it('does nothing with an empty hand, and ends when the hand is empty', () => {
    carrying = false
    turns.enter(-1)
    vi.advanceTimersByTime(5 * holdMs)
    carrying = true
    turns.enter(-1)
    carrying = false
    vi.advanceTimersByTime(5 * holdMs)
    carrying = true
    vi.advanceTimersByTime(5 * holdMs)
    expect(turned).toEqual([])
  })

  it('ends with its page', () => {
    turns.enter(1)
    scope.stop()
    vi.advanceTimersByTime(5 * holdMs)
    expect(turned).toEqual([])
  })
})
