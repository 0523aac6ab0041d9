import { describe, expect, it } from 'vitest'
import { daysOf, timesOf, weekday } from './hours'

describe('the days of remembered hours', () => {
  it('are said as one where they are one', () => {
    expect(daysOf([7, 1, 2, 3, 4, 5, 6])).toEqual({ kind: 'every' })
    expect(daysOf([1, 2, 3, 4, 5])).toEqual({ kind: 'weekdays' })
    expect(daysOf([6, 7])).toEqual({ kind: 'weekend' })
  })
  it('are named in the order of the week', () => expect(daysOf([5, 2])).toEqual({ kind: 'some', days: [2, 5] }))
  it('have the names of the language', () =>
    expect([weekday(1, 'en', 'long'), weekday(7, 'zh-CN', 'long')]).toEqual(['Monday', '星期日']))
})

describe('the times of remembered hours', () => {
  it('are the end of a day, its beginning, all of it, or between', () => {
    expect(timesOf({ from: '22:00', to: '24:00' })).toEqual({ kind: 'after', at: '22:00' })
    expect(timesOf({ from: '00:00', to: '09:00' })).toEqual({ kind: 'before', at: '09:00' })
    expect(timesOf({ from: '00:00', to: '24:00' })).toEqual({ kind: 'all' })
    expect(timesOf({ from: '22:00', to: '07:00' })).toEqual({ kind: 'between', from: '22:00', to: '07:00' })
  })
})
