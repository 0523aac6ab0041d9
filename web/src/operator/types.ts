import type { Schemas } from '@/api/types'

export type PriceRule = Schemas['PriceRuleView']
export type PriceTier = Schemas['PriceRuleTier']
export type SavePriceRule = Schemas['SavePriceRuleRequest']
export type SavedPriceRule = Schemas['SavedPriceRule']
export type PriceWarning = Schemas['PriceWarning']
export type PriceRulePreview = Schemas['PriceRulePreview']
export type PriceRuleChange = Schemas['PriceRuleChange']
export type ReferencePrice = Schemas['ReferencePrice']
export type Reconciliation = Schemas['ReconciliationStatus']
export type ReconciliationReport = Schemas['ReconciliationReport']
export type Finding = Schemas['Finding']
export type Outbox = Schemas['OutboxView']
export type Pack = Schemas['ProductRecord']
export type SavePack = Schemas['SaveProductRequest']
export type RewardRule = Schemas['RewardRuleRecord']
export type SaveRewardRule = Schemas['SaveRewardRuleRequest']
export type UserRecord = Schemas['UserRecord']
export type UserStanding = Schemas['UserStandingView']
export type RecoveryLink = Schemas['RecoveryLinkAnswer']
export type FeatureSwitch = Schemas['FeatureView']
export type SpendRow = Schemas['SpendRow']
/** A line of spending, whatever it is grouped by. */
export type SpendLine = Partial<Omit<SpendRow, 'credit_micros' | 'tokens' | 'calls'>> &
  Pick<SpendRow, 'credit_micros' | 'tokens' | 'calls'> & { api_key_id?: number }
export interface Spending {
  total: SpendLine
  rows: SpendLine[]
  rest?: SpendLine | null
  days: SpendRow[]
}
export type Account = Schemas['AccountRecord']
export type Hold = Schemas['HoldRecord']
export type HoldReleased = Schemas['HoldReleased']
export type Correction = Schemas['CorrectionView']
export type StartReRating = Schemas['StartReRatingRequest']
export type ReRating = Schemas['ReRatingView']
export type ReRatingDifference = Schemas['ReRatingDifference']
export type LedgerHead = Schemas['LedgerHead']
export type PostReport = Schemas['ReportView']
export type DeadLetter = Schemas['DeadLetterView']
export type DeadLetterDetail = Schemas['DeadLetterDetail']
export type AuditLine = Schemas['AuditView']
export type AuditFilter = Record<'subject' | 'operator' | 'action', string>
