/** What stands behind the # of a link from a mail; empty: nothing that could be one. */
export const tokenOf = (hash: string) => new URLSearchParams(hash.replace(/^#/, '')).get('token') ?? ''
