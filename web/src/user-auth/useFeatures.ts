import { useQuery } from '@tanstack/vue-query'
import { authCapabilities } from './api'

export type FeatureName = 'registration' | 'plaza' | 'image_import' | 'agent' | 'active_scheduler' | 'web_push' | 'mcp'

const lookedAtMs = 60_000

/** What the operators have switched on. Until it is known everything is: what is off says so itself. */
export function useFeatures() {
  const { data } = useQuery({ queryKey: ['auth-capabilities'], queryFn: authCapabilities, staleTime: lookedAtMs })
  return { isOn: (name: FeatureName) => data.value?.features[name] ?? true }
}
