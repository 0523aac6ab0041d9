import { QueryClient } from '@tanstack/vue-query'
import { ApiError } from './api/problem'

/** Refusals are final; only a missing answer or a failing server is worth another try. */
export function shouldRetry(failures: number, error: unknown): boolean {
  const status = error instanceof ApiError ? error.status : 0
  return failures < 2 && (status === 0 || status >= 502)
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 15_000, retry: shouldRetry, networkMode: 'offlineFirst' },
    mutations: { retry: shouldRetry },
  },
})

export const keys = {
  tasks: (completed: boolean) => ['tasks', completed] as const,
  allTasks: ['tasks'] as const,
  schedule: ['schedule'] as const,
  allWeeks: ['schedule', 'weeks'] as const,
  week: (n: number) => ['schedule', 'weeks', n] as const,
  scheduleToday: ['schedule', 'today'] as const,
  scheduleChanges: ['schedule', 'changes'] as const,
  planPreview: (id: string) => ['plan-preview', id] as const,
  suggestions: ['suggestions'] as const,
  term: ['term'] as const,
  terms: ['terms'] as const,
  summary: ['credit', 'summary'] as const,
  dashboard: (period: string) => ['credit', 'dashboard', period] as const,
  products: ['credit', 'products'] as const,
  storeCapabilities: ['store-capabilities'] as const,
  rewardRules: ['credit', 'reward-rules'] as const,
  transactions: (filter: unknown) => ['credit', 'transactions', filter] as const,
  credit: ['credit'] as const,
  courses: ['courses'] as const,
  anyCourses: ['courses', 'any'] as const,
  courseImports: ['courses', 'imports'] as const,
  calendarFeed: ['calendar-feed'] as const,
  conversations: (query: string, archived: boolean) => ['conversations', query, archived] as const,
  allConversations: ['conversations'] as const,
  turnBudget: ['turn-budget'] as const,
  allProposals: ['proposals'] as const,
  proposals: ['proposals', 'list'] as const,
  waitingProposals: ['proposals', 'waiting'] as const,
  timeline: (id: string) => ['timeline', id] as const,
  calls: (everybody: boolean, filter: unknown) => ['calls', 'list', everybody, filter] as const,
  callSummary: (everybody: boolean, period: string) => ['calls', 'summary', everybody, period] as const,
  apiKeys: ['api-keys'] as const,
  profile: ['profile'] as const,
  sessions: ['sessions'] as const,
  limits: ['calls', 'limits'] as const,
  allNotices: ['notices'] as const,
  unreadNotices: ['notices', 'unread'] as const,
  noticeLists: ['notices', 'list'] as const,
  notices: (unreadOnly: boolean) => ['notices', 'list', unreadOnly] as const,
  allMemories: ['memories'] as const,
  memories: (shown: string) => ['memories', shown] as const,
  memorySettings: ['memory-settings'] as const,
  noticeSettings: ['notice-settings'] as const,
  noticePreferences: ['notice-preferences'] as const,
  noticeChannels: ['notice-channels'] as const,
}
