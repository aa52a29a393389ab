// Answers BBS jobs with @digitalbazaar/bbs-signatures: one JSON object a line on stdin, one a line
// on stdout. Octets are in hex. core/tests/oracle_digitalbazaar.rs says what it asks.
import * as bbs from '@digitalbazaar/bbs-signatures';
import {createInterface} from 'node:readline';
// The package exports no KeyGen with key information or its own tag, hence by file.
import {KeyGen, SkToPk}
  from './node_modules/@digitalbazaar/bbs-signatures/lib/bbs/keypair.js';

const octets = hex => new Uint8Array(Buffer.from(hex, 'hex'));
const hex = octets => Buffer.from(octets).toString('hex');

const operations = {
  keyGen({material, info, dst, ciphersuite}) {
    const SK = KeyGen({
      key_material: octets(material), key_info: octets(info), key_dst: octets(dst), ciphersuite
    });
    return [SK.toString(16).padStart(64, '0'), hex(SkToPk({SK, ciphersuite}))];
  },
  async sign({secretKey, publicKey, header, messages, ciphersuite}) {
    return hex(await bbs.sign({
      secretKey: octets(secretKey), publicKey: octets(publicKey),
      header: octets(header), messages: messages.map(octets), ciphersuite
    }));
  },
  verify({publicKey, signature, header, messages, ciphersuite}) {
    return bbs.verifySignature({
      publicKey: octets(publicKey), signature: octets(signature),
      header: octets(header), messages: messages.map(octets), ciphersuite
    });
  },
  async prove({publicKey, signature, header, ph, messages, indexes, ciphersuite}) {
    return hex(await bbs.deriveProof({
      publicKey: octets(publicKey), signature: octets(signature),
      header: octets(header), presentationHeader: octets(ph), messages: messages.map(octets),
      disclosedMessageIndexes: indexes, ciphersuite
    }));
  },
  verifyProof({publicKey, proof, header, ph, messages, indexes, ciphersuite}) {
    return bbs.verifyProof({
      publicKey: octets(publicKey), proof: octets(proof),
      header: octets(header), presentationHeader: octets(ph),
      disclosedMessages: messages.map(octets), disclosedMessageIndexes: indexes, ciphersuite
    });
  }
};

for await (const line of createInterface({input: process.stdin})) {
  let answer;
  try {
    const {operation, ...job} = JSON.parse(line);
    answer = {value: await operations[operation](job)};
  } catch(e) {
    answer = {error: String(e)};
  }
  process.stdout.write(JSON.stringify(answer) + '\n');
}
