// Builds the package into `pkg`: the module with cargo, then the JavaScript and the types around it.
// Nothing happens where nothing has changed.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const here = import.meta.dirname;
const root = `${here}/../..`;
const pkg = `${here}/pkg`;
const target = `${root}/target/wasm`;
const TRIPLE = 'wasm32-unknown-unknown';
/** What a page has to load at most, compressed. */
const LIMIT = 600_000;

/** Cargo may be the one who called us: what it tells its children is not for this build. */
function environment(more = {}) {
  const own = { ...process.env };
  for (const name of Object.keys(own)) {
    if (/^(CARGO_(ENCODED|CFG|BUILD|TARGET|FEATURE|PKG|MANIFEST|PROFILE|UNSTABLE)|RUSTFLAGS$|RUSTC)/.test(name)) delete own[name];
  }
  return { ...own, ...more };
}

function cargo(args, more) {
  const run = spawnSync('cargo', args, { cwd: root, env: environment(more), stdio: ['ignore', 'inherit', 'inherit'] });
  if (run.error) throw new Error(`building the verifier needs Rust's cargo: ${run.error.message}`);
  if (run.status !== 0) throw new Error(`cargo ${args[0]} failed`);
}

/** Whether a command runs and succeeds. */
function works(command, args) {
  return spawnSync(command, args, { cwd: root, env: environment(), stdio: 'ignore' }).status === 0;
}

/** Rust's library for WebAssembly, from rustup or, where that has none, from Debian. */
function way() {
  const library = () => {
    const folder = execFileSync('rustc', ['--print', 'target-libdir', '--target', TRIPLE], { cwd: root, env: environment() });
    return existsSync(folder.toString().trim());
  };
  if (library() || (works('rustup', ['target', 'add', TRIPLE]) && library())) {
    return { name: `rustup's target ${TRIPLE}`, env: {} };
  }
  if (works('wasm-ld', ['--version']) && existsSync('/usr/bin/rustc') && existsSync('/usr/share/doc/rustc-web')) {
    return {
      name: "Debian's rustc-web",
      env: {
        RUSTC_BOOTSTRAP: '1',
        RUSTC: '/usr/bin/rustc',
        CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER: 'wasm-ld',
        CARGO_UNSTABLE_BUILD_STD: 'std,panic_abort',
      },
    };
  }
  throw new Error(
    `building the verifier needs Rust's target ${TRIPLE}: \`rustup target add ${TRIPLE}\`, or Debian's ` +
      '`apt-get install rustc-web cargo-web rust-web-src rust-web-llvm lld llvm`',
  );
}

function sizes() {
  const octets = readFileSync(`${pkg}/glimpse_verifier_bg.wasm`);
  const [raw, gzip, brotli] = [octets, gzipSync(octets, { level: 9 }), brotliCompressSync(octets)].map((o) => o.length);
  console.log(`glimpse_verifier_bg.wasm: ${raw} octets, ${gzip} with gzip, ${brotli} with brotli`);
  if (brotli > LIMIT) throw new Error(`that is more than ${LIMIT} octets for a page to load`);
}

function build() {
  if (!works('clang', ['--version'])) {
    throw new Error("building the verifier needs clang, for the curve's C: Debian's `apt-get install clang llvm`");
  }
  const { name, env } = way();
  const where = ['--target-dir', target, '--quiet'];
  cargo(['build', '-p', 'glimpse-verifier-wasm', '--profile', 'wasm', '--target', TRIPLE, ...where], {
    CC_wasm32_unknown_unknown: 'clang',
    ...env,
  });
  // In the workspace's own folder: what it is made of is built there anyway.
  cargo(['build', '-p', 'glimpse-verifier-wasm-build', '--quiet']);
  const module = `${target}/${TRIPLE}/wasm/glimpse_verifier_wasm.wasm`;
  const tool = `${process.env.CARGO_TARGET_DIR ?? `${root}/target`}/debug/glimpse-verifier-wasm-build`;
  const digest = createHash('sha256');
  for (const path of [module, tool, `${here}/node.js`]) digest.update(readFileSync(path));
  const built = digest.digest('hex');
  const stamp = `${pkg}/.built`;
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === built) return;
  console.log(`built with ${name}`);
  rmSync(pkg, { recursive: true, force: true });
  mkdirSync(pkg);
  execFileSync(tool, [module, pkg], { stdio: ['ignore', 'inherit', 'inherit'] });
  copyFileSync(`${here}/node.js`, `${pkg}/node.js`);
  sizes();
  writeFileSync(stamp, built);
}

try {
  build();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
