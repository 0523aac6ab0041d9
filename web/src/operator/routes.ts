import type { RouteRecordRaw } from 'vue-router'

/** The operator's places in the order of their tabs. A place is listed here when it exists. */
export const operatorSections = [
  { name: 'operator-overview', title: 'nav.operatorOverview' },
  { name: 'operator-prices', title: 'nav.operatorPrices' },
  { name: 'operator-packs', title: 'nav.operatorPacks' },
  { name: 'operator-rewards', title: 'nav.operatorRewards' },
  { name: 'operator-accounts', title: 'nav.operatorAccounts' },
  { name: 'operator-calls', title: 'calls.title' },
  { name: 'operator-spend', title: 'nav.operatorSpend' },
  { name: 'operator-re-rating', title: 'nav.operatorReRating' },
  { name: 'operator-reports', title: 'nav.operatorReports' },
  { name: 'operator-dead-letters', title: 'nav.operatorDeadLetters' },
  { name: 'operator-features', title: 'nav.operatorFeatures' },
  { name: 'operator-audit', title: 'nav.operatorAudit' },
] as const

/** Loaded when an operator comes here first: nobody else downloads any of it. */
export const operatorRoutes: RouteRecordRaw = {
  path: 'operator',
  name: 'operator',
  component: () => import('./OperatorFrame.vue'),
  meta: { title: 'nav.operator', operators: true },
  redirect: { name: 'operator-overview' },
  children: [
    {
      path: 'overview',
      name: 'operator-overview',
      component: () => import('./overview/OverviewPage.vue'),
      meta: { title: 'nav.operatorOverview' },
    },
    {
      path: 'prices',
      name: 'operator-prices',
      component: () => import('./prices/PriceRulesPage.vue'),
      meta: { title: 'nav.operatorPrices' },
    },
    {
      path: 'prices/:id(\\d+|new)',
      name: 'operator-price',
      component: () => import('./prices/PriceRulePage.vue'),
      meta: { title: 'nav.operatorPrices', section: 'operator-prices' },
    },
    {
      path: 'packs',
      name: 'operator-packs',
      component: () => import('./packs/PacksPage.vue'),
      meta: { title: 'nav.operatorPacks' },
    },
    {
      path: 'packs/:id(\\d+|new)',
      name: 'operator-pack',
      component: () => import('./packs/PackPage.vue'),
      meta: { title: 'nav.operatorPacks', section: 'operator-packs' },
    },
    {
      path: 'rewards',
      name: 'operator-rewards',
      component: () => import('./rewards/RewardsPage.vue'),
      meta: { title: 'nav.operatorRewards' },
    },
    {
      path: 'accounts',
      name: 'operator-accounts',
      component: () => import('./accounts/AccountsPage.vue'),
      meta: { title: 'nav.operatorAccounts' },
    },
    {
      path: 'accounts/:id(\\d+)',
      name: 'operator-account',
      component: () => import('./accounts/AccountPage.vue'),
      meta: { title: 'nav.operatorAccounts', section: 'operator-accounts' },
    },
    {
      path: 'calls',
      name: 'operator-calls',
      component: () => import('./calls/CallsPage.vue'),
      meta: { title: 'calls.title' },
    },
    {
      path: 'spend',
      name: 'operator-spend',
      component: () => import('./spend/SpendPage.vue'),
      meta: { title: 'nav.operatorSpend' },
    },
    {
      path: 'features',
      name: 'operator-features',
      component: () => import('./features/FeaturesPage.vue'),
      meta: { title: 'nav.operatorFeatures' },
    },
    {
      path: 're-rating',
      name: 'operator-re-rating',
      component: () => import('./re-rating/ReRatingPage.vue'),
      meta: { title: 'nav.operatorReRating' },
    },
    {
      path: 'reports',
      name: 'operator-reports',
      component: () => import('./reports/ReportsPage.vue'),
      meta: { title: 'nav.operatorReports' },
    },
    {
      path: 'dead-letters',
      name: 'operator-dead-letters',
      component: () => import('./dead-letters/DeadLettersPage.vue'),
      meta: { title: 'nav.operatorDeadLetters' },
    },
    {
      path: 'audit',
      name: 'operator-audit',
      component: () => import('./audit/AuditPage.vue'),
      meta: { title: 'nav.operatorAudit' },
    },
  ],
}
