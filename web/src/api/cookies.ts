export function readCookie(name: string): string | undefined {
  const pair = document.cookie.split('; ').find((part) => part.startsWith(`${name}=`))
  return pair ? decodeURIComponent(pair.slice(name.length + 1)) : undefined
}

/** The session's readable companion cookie; over https its name begins with __Host-. */
export const readCsrfToken = (): string | undefined => readCookie('__Host-sf_csrf') ?? readCookie('sf_csrf')
