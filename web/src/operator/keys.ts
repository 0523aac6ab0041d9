/** Names of the operator's queries; all of them begin alike, so that one call renews them after a change. */
export const operatorKeys = {
  all: ['operator'] as const,
  priceRules: ['operator', 'price-rules'] as const,
  priceRule: (id: string) => ['operator', 'price-rules', id] as const,
  reconciliation: ['operator', 'reconciliation'] as const,
  outbox: ['operator', 'outbox'] as const,
  ledgerHead: ['operator', 'ledger-head'] as const,
  reRatings: ['operator', 're-ratings'] as const,
  packs: ['operator', 'packs'] as const,
  rewards: ['operator', 'rewards'] as const,
  users: (q: string) => ['operator', 'users', q] as const,
  account: (id: string) => ['operator', 'accounts', id] as const,
  accountPart: (id: string, part: string, filter?: unknown) => ['operator', 'accounts', id, part, filter] as const,
  reports: ['operator', 'reports'] as const,
  deadLetters: ['operator', 'dead-letters'] as const,
  audit: (filter: unknown) => ['operator', 'audit', filter] as const,
}
