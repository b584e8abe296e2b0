// A worker that looks for a proof of work: the first number n from 0 on such that SHA-256(`${challenge}.${n}`) begins
// with so many zero bits. It takes one message, {challenge, bits}, answers with the solution and is then of no more
// use. Plain numbers, because crypto.subtle takes longer to answer than a hash takes here.

const BLOCK_BYTES = 64;
const ROUNDS = Int32Array.from(firstPrimes(64), (prime) => fraction(Math.cbrt(prime)));
const BEGINNING = Int32Array.from(firstPrimes(8), (prime) => fraction(Math.sqrt(prime)));

const schedule = new Int32Array(64);

function firstPrimes(count) {
  const primes = [];
  for (let n = 2; primes.length < count; n++) {
    if (primes.every((prime) => n % prime)) primes.push(n);
  }
  return primes;
}

/** The first 32 bits behind the point (FIPS 180-4, 4.2.2 and 5.3.3). */
function fraction(root) {
  return ((root - Math.floor(root)) * 2 ** 32) | 0;
}

/** Takes the block that begins at `at` into the state (FIPS 180-4, 6.2.2). */
function compress(state, bytes, at) {
  for (let i = 0; i < 16; i++, at += 4) {
    schedule[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  }
  for (let i = 16; i < 64; i++) {
    const x = schedule[i - 15];
    const y = schedule[i - 2];
    const x0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const y1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    schedule[i] = schedule[i - 16] + x0 + schedule[i - 7] + y1;
  }
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  let e = state[4];
  let f = state[5];
  let g = state[6];
  let h = state[7];
  for (let i = 0; i < 64; i++) {
    const e1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t = (h + e1 + ((e & f) ^ (~e & g)) + ROUNDS[i] + schedule[i]) | 0;
    const a0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const u = (a0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t) | 0;
    d = c;
    c = b;
    b = a;
    a = (t + u) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

/** The number of zero bits is that of the first word: at most 32. */
function search(challenge, bits) {
  const prefix = new TextEncoder().encode(`${challenge}.`);
  const whole = prefix.length - (prefix.length % BLOCK_BYTES);
  // Whole blocks of the prefix are the same for each number.
  const begun = Int32Array.from(BEGINNING);
  for (let at = 0; at < whole; at += BLOCK_BYTES) compress(begun, prefix, at);

  const state = new Int32Array(8);
  const tail = new Uint8Array(2 * BLOCK_BYTES);
  const rest = prefix.length - whole;
  for (let n = 0; ; n++) {
    const digits = String(n);
    const end = rest + digits.length;
    const length = end + 9 > BLOCK_BYTES ? 2 * BLOCK_BYTES : BLOCK_BYTES;
    tail.fill(0, end);
    tail.set(prefix.subarray(whole));
    for (let i = 0; i < digits.length; i++) tail[rest + i] = digits.charCodeAt(i);
    tail[end] = 0x80;
    const messageBits = (whole + end) * 8;
    tail[length - 2] = messageBits >>> 8;
    tail[length - 1] = messageBits;
    state.set(begun);
    for (let at = 0; at < length; at += BLOCK_BYTES) compress(state, tail, at);
    if (Math.clz32(state[0]) >= bits) return `${challenge}.${n}`;
  }
}

onmessage = ({ data: { challenge, bits } }) => postMessage(search(challenge, bits));
