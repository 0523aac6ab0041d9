import { expect, it } from 'vitest'
import { queryWith } from './urlFilter'

it('a filter in the address leaves out what is as preset and keeps what belongs to others', () => {
  const preset = { q: '', status: '' }
  expect(queryWith({ view: 'ledger', q: 'old', status: 'on' }, { q: 'new', status: '' }, preset)).toEqual({
    view: 'ledger',
    q: 'new',
  })
})
