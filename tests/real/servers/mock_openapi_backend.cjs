// openapi-backend with its strict loader, its validation and its own mock answers, in a server of Node.
const { readFileSync } = require('node:fs')
const { createServer } = require('node:http')
const { OpenAPIBackend } = require('openapi-backend')

const refusal = (code, message) => ({ error: { code, message } })
const api = new OpenAPIBackend({
  definition: JSON.parse(readFileSync(process.argv[2], 'utf8')),
  strict: true,
  handlers: {
    validationFail: (c) => [400, refusal('invalid_fields', JSON.stringify(c.validation.errors))],
    unauthorizedHandler: () => [401, refusal('unauthenticated', 'Send a bearer token.')],
    notFound: () => [404, refusal('not_found', 'There is nothing at this path.')],
    methodNotAllowed: () => [405, refusal('method_not_allowed', 'This path has no such method.')],
    notImplemented: (c) => {
      const { status, mock } = c.api.mockResponseForOperation(c.operation.operationId)
      return [status, mock]
    },
  },
})
api.registerSecurityHandler('bearer', (c) => /^Bearer ./.test(c.request.headers.authorization ?? ''))

async function answer(request) {
  const parts = []
  for await (const part of request) parts.push(part)
  const body = Buffer.concat(parts).toString()
  return api.handleRequest({ method: request.method, path: request.url, headers: request.headers, body })
}

api.init().then(() => {
  const server = createServer(async (request, response) => {
    const [status, document] = await answer(request).catch((error) => [500, refusal('internal_error', String(error))])
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(document))
  })
  server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`))
})
