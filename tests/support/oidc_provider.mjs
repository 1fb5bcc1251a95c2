// The certified provider (npm oidc-provider) at `issuer`; everybody is `person`, and signs in at once, by password and a second factor.
import http from 'node:http'
import { Provider } from 'oidc-provider'

const [issuer, back, person] = process.argv.slice(2)
const provider = new Provider(issuer, {
  clients: [{ client_id: 'flexroute', client_secret: 'geheim', redirect_uris: [back] }],
  features: { devInteractions: { enabled: false } },
  claims: { openid: ['sub', 'acr', 'amr'], email: ['email', 'email_verified'] },
  acrValues: ['loa3', 'loa4'],
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, email: person, email_verified: true }) }),
  interactions: { url: (_, { uid }) => `/interaction/${uid}` },
})

http.createServer(async (request, response) => {
  if (!request.url.startsWith('/interaction/')) return provider.callback()(request, response)
  const { prompt, params, session } = await provider.interactionDetails(request, response)
  if (prompt.name === 'login') {
    const login = { accountId: 'somebody', acr: 'loa3', amr: ['pwd', 'mfa'] }
    return provider.interactionFinished(request, response, { login })
  }
  const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id })
  grant.addOIDCScope(params.scope)
  return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } })
}).listen(new URL(issuer).port, '127.0.0.1')
