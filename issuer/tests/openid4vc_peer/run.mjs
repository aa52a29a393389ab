// Acts as a wallet with @openid4vc/openid4vci and @openid4vc/oauth2: one JSON object a line on stdin,
// one a line on stdout. Proofs are of our own format and come from outside.
// issuer/tests/http/openid4vci/peer.rs says what it asks.
import {createHash, randomBytes} from 'node:crypto';
import {createInterface} from 'node:readline';
import {clientAuthenticationNone, setGlobalConfig} from '@openid4vc/oauth2';
import {Openid4vciClient} from '@openid4vc/openid4vci';

// The tests' service listens on this machine, without TLS.
setGlobalConfig({allowInsecureUrls: true});

const clientId = 'org.example.peer';
const redirectUri = 'org.example.peer:/back';
const none = () => { throw new Error('nothing is signed or encrypted here'); };
const client = new Openid4vciClient({
  callbacks: {
    hash: (octets, algorithm) =>
      new Uint8Array(createHash(algorithm.replace('-', '')).update(octets).digest()),
    generateRandom: length => new Uint8Array(randomBytes(length)),
    clientAuthentication: clientAuthenticationNone({clientId}),
    signJwt: none, verifyJwt: none, encryptJwe: none, decryptJwe: none
  }
});

// What is known of the issuer and the offer in hand.
let issuerMetadata, credentialOffer, accessToken;

function granted({accessTokenResponse}) {
  accessToken = accessTokenResponse.access_token;
  return accessTokenResponse;
}

// The page for the resident, as a browser without script has it.
async function typeIn(address, typed) {
  const text = await (await fetch(address)).text();
  const form = new URLSearchParams();
  for(const [input] of text.matchAll(/<input[^>]*>/g)) {
    const attribute = name => input.match(new RegExp(` ${name}="([^"]*)"`))?.[1];
    form.set(attribute('name'), typed[attribute('name')] ?? attribute('value'));
  }
  const action = new URL(text.match(/action="([^"]*)"/)[1], address);
  const response = await fetch(action, {method: 'POST', body: form, redirect: 'manual'});
  return response.headers.get('location') ?? `status:${response.status}`;
}

const operations = {
  async offer({uri}) {
    credentialOffer = await client.resolveCredentialOffer(uri);
    issuerMetadata = await client.resolveIssuerMetadata(credentialOffer.credential_issuer);
    return {
      credentialOffer,
      version: issuerMetadata.originalDraftVersion,
      issuer: issuerMetadata.credentialIssuer,
      server: issuerMetadata.authorizationServers[0]
    };
  },
  async preAuthorized({code}) {
    return granted(await client.retrievePreAuthorizedCodeAccessTokenFromOffer({
      credentialOffer, issuerMetadata, txCode: code
    }));
  },
  async authorize({code}) {
    const [id] = credentialOffer.credential_configuration_ids;
    const {authorizationRequestUrl, pkce} = await client.initiateAuthorization({
      credentialOffer, issuerMetadata, clientId, redirectUri,
      scope: issuerMetadata.credentialIssuer.credential_configurations_supported[id].scope
    });
    const url = await typeIn(authorizationRequestUrl, {code});
    const [authorizationServerMetadata] = issuerMetadata.authorizationServers;
    const response = client.parseAndVerifyAuthorizationResponseRedirectUrl({
      url, authorizationServerMetadata
    });
    return granted(await client.retrieveAuthorizationCodeAccessTokenFromOffer({
      credentialOffer, issuerMetadata, authorizationCode: response.code,
      pkceCodeVerifier: pkce.codeVerifier, redirectUri
    }));
  },
  async nonce() {
    return (await client.requestNonce({issuerMetadata})).c_nonce;
  },
  async credential({proofs}) {
    const [credentialConfigurationId] = credentialOffer.credential_configuration_ids;
    const {credentialResponse} = await client.retrieveCredentials({
      issuerMetadata, accessToken, credentialConfigurationId,
      proofs: {glimpse_commitment: proofs}
    });
    return credentialResponse;
  },
  async deferred({transactionId}) {
    try {
      const {deferredCredentialResponse} = await client.retrieveDeferredCredentials({
        issuerMetadata, accessToken, transactionId
      });
      return deferredCredentialResponse;
    } catch(e) {
      // Version 0.4.6 refuses a notification_id where there are credentials, and says that there
      // are none: its condition is the wrong way round. Any other complaint stands.
      const issues = e.response?.deferredCredentialResponseResult?.error?.issues ?? [];
      const mistaken = "'notification_id' MUST NOT be defined when 'credentials' is not defined.";
      const answer = issues.length === 1 && issues[0].message === mistaken &&
        await e.response.response.clone().json();
      if(answer?.credentials && answer.notification_id) {
        return answer;
      }
      throw e;
    }
  },
  async notify({notificationId, event}) {
    await client.sendNotification({
      issuerMetadata, accessToken, notification: {notificationId, event}
    });
    return event;
  }
};

// The error of the protocol, as the library has read it from the response.
function read(e) {
  const result = e.response?.credentialErrorResponseResult ??
    e.response?.deferredCredentialErrorResponseResult ?? e.response?.notificationErrorResponseResult;
  return (e.errorResponse ?? result?.data)?.error ?? String(e);
}

for await (const line of createInterface({input: process.stdin})) {
  let answer;
  try {
    const {operation, ...job} = JSON.parse(line);
    answer = {value: await operations[operation](job)};
  } catch(e) {
    answer = {error: read(e)};
  }
  process.stdout.write(JSON.stringify(answer) + '\n');
}
