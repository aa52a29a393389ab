// All that a site has to do with Glimpse. `session` is the visitor's own, on the site's side.
const {GLIMPSE = 'http://127.0.0.1:8710', TOKEN} = process.env;
const headers = {authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json'};

async function glimpse(path, body) {
  const reply = await fetch(GLIMPSE + path, {method: 'POST', headers, body: JSON.stringify(body)});
  if (!reply.ok) throw new Error((await reply.json()).title);
  return reply.json();
}

/** Where to send her browser. */
export async function begin(session, return_to) {
  const {id, ask_url} = await glimpse('/sessions', {policy: 'over-18', return_to});
  session.visit = id;
  return ask_url;
}

/** Whether she is over 18, by the code that she came back with: in any other session it is worth nothing. */
export async function back(session, code) {
  const {outcome} = await glimpse('/sessions/redeem', {id: session.visit ?? '', code});
  return outcome === 'accepted';
}
