// The checks of `examples/checks.rs` with the WebAssembly module, in Node or a page; in milliseconds.

const octets = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));

function accepted(report) {
  if (report.code !== 'accepted' || report.cards[0].statements[0] !== '18 or older') throw new Error(report.words);
}

export function checks({ Verifier }, scene) {
  const { now } = scene;
  const [identity, registration, trustList, record] = [scene.identity, scene.registration, scene.trustList, scene.record].map(octets);
  // What `Verifier.save` would give: no request is expected; then the record.
  const memory = Uint8Array.from([...new Uint8Array(8), ...record]);
  const answers = scene.answers.map(([ticket, answer]) => [ticket, octets(answer)]);
  const verifier = () => new Verifier(identity, registration, trustList, memory);

  let start = performance.now();
  let one = verifier();
  const times = answers.map(([ticket, answer], n) => {
    const since = n === 0 ? start : performance.now();
    accepted(one.checkFor(ticket, answer, now, 'en'));
    return performance.now() - since;
  });
  const first = times.shift();
  times.sort((a, b) => a - b);
  one.free();

  one = verifier();
  accepted(one.checkFor(...answers[0], now, 'en'));
  const others = answers.slice(1);
  start = performance.now();
  const reports = one.checkMany(others.map(([ticket]) => ticket), others.map(([, answer]) => answer), now, 'en');
  const batch = (performance.now() - start) / others.length;
  reports.forEach(accepted);
  one.free();
  return { first, check: times[Math.floor(times.length / 2)], batch };
}
