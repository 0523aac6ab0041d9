/** What calls are for, as the server names it. */
export const scenes = [
  'agent.chat',
  'agent.plan',
  'course.parse_image',
  'planner.quick_add',
  'memory.extract',
  'memory.embed',
  'active_scheduler.select',
  'gateway.openai',
  'gateway.fallback',
] as const
