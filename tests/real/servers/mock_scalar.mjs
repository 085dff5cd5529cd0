// Scalar's mock server of the document that is given.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const { resolve } = createRequire(join(process.env.NODE_PATH, 'x'))
const { createMockServer } = await import(pathToFileURL(resolve('@scalar/mock-server')))
const { serve } = await import(pathToFileURL(resolve('@hono/node-server')))
const app = await createMockServer({ document: JSON.parse(readFileSync(process.argv[2], 'utf8')) })
serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => console.log(`http://127.0.0.1:${port}`))
