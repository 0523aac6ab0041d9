// @vitest-environment jsdom
import { afterEach, expect, it, vi } from 'vitest'
import TurnCost from '@/agent/TurnCost.vue'
import BalancePill from '@/shell/BalancePill.vue'
import { json, stage } from '@/testing/stage'
import CreditAmount from '@/ui/CreditAmount.vue'
import BalanceFigure from './BalanceFigure.vue'

const summary = {
  balance_micros: 99_995_000,
  held_micros: 1,
  total_recharged_micros: 0,
  total_rewarded_micros: 100_000_000,
  total_consumed_micros: 5_000,
}
const answers = { 'GET /api/v1/credit-store/summary': () => json(summary) }
afterEach(() => vi.unstubAllGlobals())

it('shows one balance alike in the header and in the store', async () => {
  const { view: pill } = await stage(BalancePill, {}, answers)
  await vi.waitUntil(() => pill.text().includes('99'))
  expect(pill.text()).toBe('99.99 Credit')
  const { view: figure } = await stage(BalanceFigure, {}, answers)
  await vi.waitUntil(() => figure.find('[data-testid=balance]').exists())
  expect(figure.get('[data-testid=balance]').text()).toBe('99.99')
  expect(figure.get('[data-testid=held]').text()).toBe('<0.01')
  const { view: row } = await stage(CreditAmount, { micros: summary.balance_micros })
  expect(row.text()).toBe('99.99')
})

it('shows one charge alike in the chat and in the ledger', async () => {
  const { view: turn } = await stage(TurnCost, { usage: { credit_micros: 412_345 } })
  expect(turn.get('data').text()).toBe('0.42 Credit')
  const { view: row } = await stage(CreditAmount, { micros: -412_345, signed: true })
  expect(row.text()).toBe('\u22120.42')
})
