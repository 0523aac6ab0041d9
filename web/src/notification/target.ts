export interface Target {
  type: string
  address: string
  secret: string
  bearer: string
}

const urlMax = 2_000
const secretMax = 200
const mailMax = 254
const secretPrefix = 'whsec_'

/** Whether it is http or https is left to the server: one that may reach private addresses takes both. */
function isUrl(text: string): boolean {
  if (text.length > urlMax || !/^https?:\/\/[^/]/i.test(text) || text.includes('#') || !URL.canParse(text)) return false
  const { hostname, username, password } = new URL(text)
  return hostname !== '' && username === '' && password === ''
}

const isMail = (text: string) => text.length <= mailMax && /^[^\s@]+@[^\s@]+$/.test(text)
const isText = (text: string) => text.length <= secretMax && !/\p{Cc}/u.test(text)
const isBearer = (text: string) => text.length <= secretMax && /^[!-~]*$/.test(text)

/** As Standard Webhooks wants it: 24 to 64 bytes. */
function isHookSecret(text: string): boolean {
  if (!text.startsWith(secretPrefix)) return false
  const code = text.slice(secretPrefix.length)
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(code) || code.length % 4) return false
  const bytes = (code.length / 4) * 3 - (code.match(/=/g)?.length ?? 0)
  return bytes >= 24 && bytes <= 64
}

/** The fields that the server would refuse. */
export function faultsOf({ type, address, secret, bearer }: Target): string[] {
  const [target, key, token] = [address.trim(), secret.trim(), bearer.trim()]
  if (type === 'email') return isMail(target) ? [] : ['address']
  const fits = {
    address: isUrl(target),
    secret: isText(key) && (type !== 'webhook' || !key || isHookSecret(key)),
    bearer: type !== 'webhook' || isBearer(token),
  }
  return Object.entries(fits).flatMap(([field, good]) => (good ? [] : [field]))
}

/** The key of what is said at a field that does not fit. */
export function faultKey(field: string, type: string): string {
  if (field === 'address') return type === 'email' ? 'channels.badMail' : 'channels.badUrl'
  if (field === 'secret') return type === 'webhook' ? 'channels.badHookSecret' : 'channels.badSecret'
  return field === 'bearer' ? 'channels.badBearer' : 'channels.badName'
}
