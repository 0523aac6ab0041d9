import type { components } from '@/api/schema'

/** Generated from docs/openapi.v1.json by `npm run types`. */
type Schemas = components['schemas']

export type PriceRule = Schemas['PriceRuleView']
export type PriceTier = Schemas['PriceRuleTier']
export type SavePriceRule = Schemas['SavePriceRuleRequest']
export type SavedPriceRule = PriceRule & Pick<Schemas['SavedPriceRule'], 'warnings'>
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

export type AuditLine = Omit<Schemas['AuditView'], 'before' | 'after'> & { before?: unknown; after?: unknown }
