// A shop that sells wine to whoever is over 18. Node alone, no packages: the service's README.md says how.
// What it has to do with Glimpse is in `over-18.mjs`.
import {randomUUID} from 'node:crypto';
import {createServer} from 'node:http';
import {back, begin} from './over-18.mjs';

const {PORT = '8080', MOST = '1000'} = process.env;
const home = `http://127.0.0.1:${PORT}`;

// What the shop knows of each browser. A real shop has its sessions for this.
const sessions = new Map();

function open(browser) {
  const session = {};
  sessions.set(browser, session);
  // Most who begin never come back: the oldest makes room.
  if (sessions.size > Number(MOST)) sessions.delete(sessions.keys().next().value);
  return session;
}

async function sell(browser, code) {
  const sold = await back(sessions.get(browser) ?? {}, code);
  sessions.delete(browser);
  return sold;
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
    return method === 'POST' ? {status: 303, to: await begin(open(browser), `${home}/back`)} : {status: 303, to: '/'};
  }
  if (url.pathname !== '/back') return {status: 404, body: page('<p>There is no such page.</p>')};
  const code = url.searchParams.get('code');
  const sold = code !== null && await sell(browser, code);
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
