// The wallet's side of OpenID4VP 1.0 by @openid4vc/openid4vp and dcql, against the running service.
// Proofs are of our own format and come from outside. verifier/service/tests/http/peers.rs says where
// everything is.
import {createPublicKey, verify} from 'node:crypto';
import {setGlobalConfig} from '@openid4vc/oauth2';
import {Openid4vpClient, parseOpenid4vpAuthorizationResponse, parseDcqlVpToken} from '@openid4vc/openid4vp';
import {DcqlPresentation, DcqlQuery} from 'dcql';
import {beforeEach, expect, test} from 'vitest';
import {CLIENT, KEY, RETURN_TO, SERVICE, begin, prove, site} from './service.mjs';

// The tests' service listens on this machine, without TLS.
setGlobalConfig({allowInsecureUrls: true});

// The verifier is pre-registered: its key is known beforehand.
const registered = createPublicKey({
  key: {kty: 'OKP', crv: 'Ed25519', x: Buffer.from(KEY, 'hex').toString('base64url')},
  format: 'jwk'
});
const none = () => { throw new Error('nothing of this is done here'); };
let verifyJwt;
const client = new Openid4vpClient({
  callbacks: {
    hash: none, generateRandom: none, signJwt: none, encryptJwe: none, decryptJwe: none,
    verifyJwt: (signer, jwt) => verifyJwt(signer, jwt)
  }
});

function byTheRegisteredKey(signer, {compact}) {
  const [head, claims, signature] = compact.split('.');
  const verified = verify(
    null, Buffer.from(`${head}.${claims}`), registered, Buffer.from(signature, 'base64url'));
  return {verified, signerJwk: registered.export({format: 'jwk'})};
}

beforeEach(() => { verifyJwt = byTheRegisteredKey; });

// A visitor's browser: her page, its link, and her cookie.
async function visit() {
  const begun = await begin();
  const page = await fetch(begun.ask_url);
  const cookie = page.headers.get('set-cookie').split(';')[0];
  const link = (await page.text()).match(/class="open" href="([^"]*)"/)[1].replaceAll('&amp;', '&');
  return {id: begun.id, cookie, link};
}

function resolve(link) {
  const {params} = client.parseOpenid4vpAuthorizationRequest({authorizationRequest: link});
  return client.resolveOpenId4vpAuthorizationRequest({authorizationRequestPayload: params});
}

test('the link is a request by reference of a pre-registered client', async () => {
  const {link} = await visit();
  const parsed = client.parseOpenid4vpAuthorizationRequest({authorizationRequest: link});
  expect(parsed).toMatchObject({type: 'jar', provided: 'uri'});
  expect(Object.keys(parsed.params).sort()).toEqual(['client_id', 'request_uri', 'request_uri_method']);
  expect(parsed.params).toMatchObject({client_id: CLIENT, request_uri_method: 'post'});
});

test('the request object is read, and verified under the registered key', async () => {
  const {link} = await visit();
  const {authorizationRequestPayload: request, client: asker, jar, dcql, version} = await resolve(link);
  expect(asker).toMatchObject({prefix: 'pre-registered', identifier: CLIENT, effective: CLIENT});
  expect(jar).toMatchObject({sendBy: 'reference', signer: {method: 'custom', alg: 'EdDSA'}});
  expect(jar.jwt.header).toEqual({alg: 'EdDSA', typ: 'oauth-authz-req+jwt'});
  // 100 is what the library calls OpenID4VP 1.0.
  expect(version).toBe(100);
  expect(request).toMatchObject({
    aud: 'https://self-issued.me/v2', response_type: 'vp_token', response_mode: 'direct_post'
  });
  expect(new URL(request.response_uri).origin).toBe(SERVICE);
  expect(dcql.query.credentials).toHaveLength(1);
});

test('a key that is not the verifier’s is refused', async () => {
  const {link} = await visit();
  verifyJwt = () => ({verified: false});
  await expect(resolve(link)).rejects.toThrow();
});

test('an answer that the library builds and sends is accepted', async () => {
  const {id, cookie, link} = await visit();
  const {authorizationRequestPayload, dcql: {query: {credentials: [query]}}} = await resolve(link);
  const {authorizationResponsePayload} = await client.createOpenid4vpAuthorizationResponse({
    authorizationRequestPayload,
    authorizationResponsePayload: {vp_token: {[query.id]: [await prove(query.meta.request)]}}
  });
  const {response} = await client.submitOpenid4vpAuthorizationResponse({
    authorizationRequestPayload, authorizationResponsePayload
  });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/json');
  const {redirect_uri: on} = await response.json();
  const back = await fetch(on, {headers: {cookie}, redirect: 'manual'});
  const to = new URL(back.headers.get('location'));
  expect(to.href.startsWith(RETURN_TO)).toBe(true);
  const report = await site('/sessions/redeem', {id, code: to.searchParams.get('code')});
  expect(report).toMatchObject({policy: 'over-18', outcome: 'accepted'});
  expect(report.cards[0].statements).toEqual(['18 or older']);
});

test('the library’s verifier side reads our answer’s form', async () => {
  const {link} = await visit();
  const {authorizationRequestPayload: request, dcql} = await resolve(link);
  const vpToken = {[dcql.query.credentials[0].id]: ['AAAA']};
  const parsed = await parseOpenid4vpAuthorizationResponse({
    authorizationResponse: {vp_token: JSON.stringify(vpToken), state: request.state},
    authorizationRequestPayload: request,
    callbacks: {decryptJwe: none}
  });
  expect(parsed).toMatchObject({type: 'dcql', dcql: {query: dcql.query, presentations: vpToken}});
  expect(parseDcqlVpToken(JSON.stringify(vpToken))).toEqual(vpToken);
  expect(DcqlPresentation.parse(vpToken)).toEqual(vpToken);
});

// DCQL has formats of others, each with its own `meta`. `dcql` knows those of OpenID4VP's appendix B
// and refuses every other; so a wallet that matches by it needs its query in another form.
test('dcql knows no format of ours, and nothing else is wrong with the query', async () => {
  const {link} = await visit();
  const {dcql: {query}} = await resolve(link);
  expect(() => DcqlQuery.parse(query)).toThrow(/received "glimpse_bbs"/);
  const [card] = query.credentials;
  const known = {...card, format: 'mso_mdoc', meta: {doctype_value: 'org.example.card'}};
  const parsed = DcqlQuery.parse({...query, credentials: [known]});
  DcqlQuery.validate(parsed);
  expect(parsed.credentials[0].id).toBe(card.id);
});
