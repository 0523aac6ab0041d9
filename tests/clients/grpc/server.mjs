// The official gRPC server, for our client. Takes a port or any, prints it; ends with its standard input. Started by GrpcJsServerTests.
import grpc from '@grpc/grpc-js'
import loader from '@grpc/proto-loader'

const root = new URL('../../../', import.meta.url).pathname
const options = {
  keepCase: true,
  longs: Number,
  defaults: true,
  includeDirs: [`${root}proto`, `${root}tests/SmartFlow.Tests/Platform/Rpc`],
}
const echo = grpc.loadPackageDefinition(loader.loadSync('echo.proto', options)).smartflow.tests.echo.EchoService
const details = loader.loadSync(['google/rpc/status.proto', 'google/rpc/error_details.proto'], options)
const seen = { pid: process.pid, calls: 0, cancelled: 0 }
const tries = new Map()

const any = (name, value) => ({ type_url: `type.googleapis.com/${name}`, value: details[name].serialize(value) })
const refusal = (reason, message) => {
  const status = {
    code: grpc.status.FAILED_PRECONDITION,
    message,
    details: [
      any('google.rpc.ErrorInfo', { reason, domain: 'smartflow', metadata: { missing_micros: '42' } }),
      any('google.rpc.BadRequest', { field_violations: [{ field: 'text', description: 'is wrong' }] }),
      any('google.rpc.RetryInfo', { retry_delay: { seconds: 7 } }),
    ],
  }
  const metadata = new grpc.Metadata()
  metadata.set('grpc-status-details-bin', details['google.rpc.Status'].serialize(status))
  return { code: status.code, details: message, metadata }
}

const say = (call, answer) => {
  const { text, payload, waits, refusal: reason, answer_bytes, failures } = call.request
  seen.calls++
  if (text === 'seen') return answer(null, { text: JSON.stringify(seen) })
  if (text === 'headers')
    return answer(null, {
      text: JSON.stringify({
        authorization: call.metadata.get('authorization')[0],
        left: call.getDeadline() - Date.now(),
      }),
    })
  if (text === 'plain error') return answer({ code: grpc.status.DATA_LOSS, details: '全部 100% lost\n' })
  if (text === 'begun, then error') {
    call.sendMetadata(new grpc.Metadata())
    return setImmediate(() => answer({ code: grpc.status.ABORTED, details: 'begun' }))
  }
  // It is told at the end of every call, also of one that was answered.
  if (waits) return call.on('cancelled', () => seen.cancelled++)
  if (reason) return answer(refusal(reason, text))
  const tried = (tries.get(text) ?? 0) + 1
  tries.set(text, tried)
  if (tried <= failures) return answer({ code: grpc.status.UNAVAILABLE, details: 'not now' })
  answer(null, { text, payload: answer_bytes ? Buffer.alloc(answer_bytes) : payload, number: tried })
}

const count = async (call) => {
  const { to, bytes, waits_after, refused_after } = call.request
  let open = true
  call.on('cancelled', () => {
    if (open) seen.cancelled++
    open = false
  })
  for (let number = 1; number <= to && open; number++) {
    if (!call.write({ number, payload: Buffer.alloc(bytes) }))
      await new Promise((resolve) => call.once('drain', resolve).once('cancelled', resolve))
    if (number === waits_after) return
    if (number === refused_after) {
      open = false
      return call.emit('error', refusal('conflict', 'in mid-stream'))
    }
  }
  open = false
  call.end()
}

const server = new grpc.Server({
  'grpc.max_send_message_length': -1,
  'grpc.default_compression_algorithm': process.env.GZIP ? 2 : 0,
})
server.addService(echo.service, { Say: say, Do: say, Count: count })
server.bindAsync(`127.0.0.1:${process.argv[2] ?? 0}`, grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error
  console.log(port)
})
process.stdin.on('end', () => process.exit(0)).resume()
