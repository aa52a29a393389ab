// The checks of `examples/checks.rs` with the WebAssembly module, in Node or a page; in milliseconds.

const ROUNDS = 5;
const BATCH = 10;

const octets = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));

function accepted(report) {
  if (report.code !== 'accepted' || report.cards[0].statements[0] !== '18 or older') throw new Error(report.words);
}

/** A new verifier's first check, one that was prepared, its fastest check after that, and a check of a batch. */
function round(verifier, answers, now) {
  let one = verifier();
  one.prepare(answers[0][0], now);
  let start = performance.now();
  accepted(one.checkFor(answers[0][0], answers[0][1], now, 'en'));
  const prepared = performance.now() - start;
  one.free();

  start = performance.now();
  one = verifier();
  const check = ([ticket, answer]) => accepted(one.checkFor(ticket, answer, now, 'en'));
  check(answers[0]);
  const first = performance.now() - start;
  let fastest = Infinity;
  for (const other of answers.slice(1)) {
    start = performance.now();
    check(other);
    fastest = Math.min(fastest, performance.now() - start);
  }
  one.free();

  one = verifier();
  check(answers[0]);
  let batch = Infinity;
  for (let from = 1; from + BATCH <= answers.length; from += BATCH) {
    const many = answers.slice(from, from + BATCH);
    start = performance.now();
    const reports = one.checkMany(many.map(([ticket]) => ticket), many.map(([, answer]) => answer), now, 'en');
    batch = Math.min(batch, (performance.now() - start) / BATCH);
    reports.forEach(accepted);
  }
  one.free();
  return { first, prepared, check: fastest, batch };
}

export function checks({ Verifier }, scene) {
  const { now } = scene;
  const [identity, registration, trustList, record] = [scene.identity, scene.registration, scene.trustList, scene.record].map(octets);
  // What `Verifier.save` would give: no request is expected; then the record.
  const memory = Uint8Array.from([...new Uint8Array(8), ...record]);
  const answers = scene.answers.map(([ticket, answer]) => [ticket, octets(answer)]);
  const verifier = () => new Verifier(identity, registration, trustList, memory);
  const rounds = Array.from({ length: ROUNDS }, () => round(verifier, answers, now));
  const fastest = (part) => Math.min(...rounds.map((times) => times[part]));
  return { first: fastest('first'), prepared: fastest('prepared'), check: fastest('check'), batch: fastest('batch') };
}
