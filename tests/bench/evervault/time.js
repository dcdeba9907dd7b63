// Times @evervault/attestation-bindings on one real document:
//
//   node time.js DOCUMENT CERTIFICATE
//
// It binds documents to a TLS certificate, which ours is not for: after the
// chain and the signature it says no. Prints what it says about the document,
// what it says when one bit of the signature is flipped, and microseconds of
// processor time a document, the best of several rounds.
const fs = require("fs");
const { attestEnclave } = require("@evervault/attestation-bindings");

const ROUNDS = 7, BATCH = 50;
const [document, certificate] = process.argv.slice(2).map((p) =>
  fs.readFileSync(p));
const flipped = Buffer.from(document);
flipped[flipped.length - 1] ^= 1;

const once = (bytes) => attestEnclave(certificate, [], bytes);

function mark(what) {
  fs.writeSync(2, `== ${what}\n`); // the binding writes its reason there
}

mark("document");
once(document);
mark("flipped");
once(flipped);
mark("end");

let best = Infinity;
for (let r = 0; r < ROUNDS; r++) {
  const start = process.cpuUsage();
  for (let i = 0; i < BATCH; i++) once(document);
  const used = process.cpuUsage(start);
  best = Math.min(best, (used.user + used.system) / BATCH);
}
console.log(best.toFixed(2));
