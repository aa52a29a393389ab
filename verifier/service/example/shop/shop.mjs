// A shop that sells wine to whoever is over 18. Node alone, no packages: README.md beside it says how.
import {randomUUID} from 'node:crypto';
import {createServer} from 'node:http';

const {GLIMPSE = 'http://127.0.0.1:8710', TOKEN, PORT = '8080', MOST = '1000'} = process.env;
const home = `http://127.0.0.1:${PORT}`;

// What a site has to do with Glimpse: these ten lines, and `begin` and `back` below.
async function glimpse(path, body) {
  const reply = await fetch(GLIMPSE + path, {
    method: 'POST',
    headers: {authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json'},
    body: JSON.stringify(body)
  });
  if (!reply.ok) throw new Error((await reply.json()).title);
  return reply.json();
}

// Which visit each browser is on. A real shop has its sessions for this.
const visits = new Map();

async function begin(browser) {
  const {id, ask_url} = await glimpse('/sessions', {policy: 'over-18', return_to: `${home}/back`});
  visits.set(browser, id);
  // Most who begin never come back: the oldest makes room.
  if (visits.size > Number(MOST)) visits.delete(visits.keys().next().value);
  return ask_url;
}

async function back(browser, code) {
  // The id is this browser's: a code that somebody else was given is worth nothing here.
  const verdict = await glimpse('/sessions/redeem', {id: visits.get(browser) ?? '', code});
  visits.delete(browser);
  return verdict.outcome === 'accepted';
}

function page(text) {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport"
content="width=device-width"><title>Wine</title><h1>Wine</h1>${text}`;
}

// A form that is posted: a link would be followed by whatever reads pages ahead, or on somebody's behalf.
const buy = (words) => `<form method="post" action="/buy"><button>${words}</button></form>`;

async function answer(method, url, browser) {
  if (url.pathname === '/') {
    return {body: page(`<p>We must know that you are over 18.</p>${buy('Buy a bottle')}`)};
  }
  if (url.pathname === '/buy') {
    return method === 'POST' ? {status: 303, to: await begin(browser)} : {status: 303, to: '/'};
  }
  if (url.pathname !== '/back') return {status: 404, body: page('<p>There is no such page.</p>')};
  const code = url.searchParams.get('code');
  const sold = code !== null && await back(browser, code);
  return sold ? {body: page('<p>Sold. Enjoy it.</p>')} :
    {status: 403, body: page(`<p>Not sold.</p>${buy('Try again')}`)};
}

createServer(async (request, response) => {
  const browser = request.headers.cookie?.match(/(?:^|; )shop=([\w-]{36})(?:;|$)/)?.[1] ?? randomUUID();
  const said = await answer(request.method, new URL(request.url, home), browser).catch((error) => {
    console.error(error.message);
    return {status: 403, body: page(`<p>Not sold.</p>${buy('Try again')}`)};
  });
  response.writeHead(said.status ?? 200, {
    'content-type': 'text/html; charset=utf-8',
    'set-cookie': `shop=${browser}; HttpOnly; SameSite=Lax; Path=/`,
    ...(said.to && {location: said.to})
  });
  response.end(said.body);
}).listen(Number(PORT), '127.0.0.1', () => console.log(`The shop is at ${home}`));
