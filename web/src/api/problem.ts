/** The body of every refused request (RFC 9457) with our stable `code`. */
export interface Problem {
  status: number
  code: string
  title?: string
  detail?: string
  errors?: Record<string, string[]>
  missing_micros?: number
  held_micros?: number
  required_micros?: number
  order_id?: number
  order_status?: string
  /** Which rule refused it; the members beside it are its values. */
  rule?: string
  /** What stands in the way of a course. */
  conflicts?: unknown[]
  /** What stands in the way of a block, or of a shorter term. */
  blocks?: { title: string }[]
  [more: string]: unknown
}

/** Thrown for every answer that is not a success; `status` 0 means that no answer came at all. */
export class ApiError extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title ?? problem.code)
    this.name = 'ApiError'
    this.problem = problem
  }

  get status() {
    return this.problem.status
  }

  get code() {
    return this.problem.code
  }
}

/** Reads whatever a failed response carries into a problem; never throws. */
export async function readProblem(response: Response): Promise<Problem> {
  const fallback: Problem = { status: response.status, code: `http_${response.status}` }
  try {
    const body: unknown = await response.json()
    return body && typeof body === 'object' ? { ...fallback, ...body, status: response.status } : fallback
  } catch {
    return fallback
  }
}

export const offline: Problem = { status: 0, code: 'unreachable' }

export function asProblem(error: unknown): Problem {
  return error instanceof ApiError ? error.problem : { ...offline, code: 'unexpected' }
}

/** First reason for a field, for showing beneath its input. */
export function fieldReason(problem: Problem | null | undefined, field: string): string | undefined {
  return problem?.errors?.[field]?.[0]
}
