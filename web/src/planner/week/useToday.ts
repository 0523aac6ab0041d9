import { useQuery } from '@tanstack/vue-query'
import { keys } from '@/queries'
import { readToday } from './api'

/** Today's blocks, read again now and then so that the day follows what other devices change. */
export const useToday = () => useQuery({ queryKey: keys.scheduleToday, queryFn: readToday, refetchInterval: 300_000 })
