import type { PriceRuleChange, ReferencePrice } from '../types'

export interface Impact {
  provider: string
  model: string
  /** Empty: every purpose. */
  scenes: string[]
  used: boolean
  before?: ReferencePrice | null
  after?: ReferencePrice | null
}

const cost = (price?: ReferencePrice | null) => (price ? `${price.rule_id}.${price.version}` : '-')

/** The calls whose price would change, one line for all purposes of a model that change alike; used ones first. */
export function impactsOf(changes: readonly PriceRuleChange[]): Impact[] {
  const groups = new Map<string, Impact>()
  for (const change of changes) {
    const key = [change.provider_name, change.model_name, cost(change.before), cost(change.after)].join('\n')
    const group = groups.get(key)
    if (group) {
      group.scenes.push(change.scene)
      group.used ||= change.used
    } else {
      const { provider_name: provider, model_name: model, used, before, after } = change
      groups.set(key, { provider, model, scenes: [change.scene], used, before, after })
    }
  }
  return [...groups.values()].sort((a, b) => Number(b.used) - Number(a.used) || a.model.localeCompare(b.model))
}
