// The service, the site and the resident's wallet, as verifier/service/tests/http/peers.rs has set them up.
export const {SERVICE, TOKEN, RETURN_TO, CLIENT, KEY, PROVE} = process.env;

/** What a site's backend says. */
export async function site(path, body) {
  const reply = await fetch(SERVICE + path, {
    method: 'POST',
    headers: {authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json'},
    body: JSON.stringify(body)
  });
  return reply.json();
}

/** A visit, as a site begins it. */
export const begin = (more = {}) => site('/sessions', {policy: 'over-18', return_to: RETURN_TO, ...more});

/** What the QR code on a page says. */
export async function read(page) {
  return (await fetch(`${PROVE}read`, {method: 'POST', body: page})).text();
}

/** The wallet's answer to a request, in base64url. */
export async function prove(request) {
  return (await fetch(PROVE, {method: 'POST', body: request})).text();
}
