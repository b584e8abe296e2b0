// Solves a proof of work without holding up the page: in a worker of its own, which ends with the solution.

const NOTICED_AFTER_MILLIS = 1_000;
/** A challenge holds for two minutes. */
const LONGEST_MILLIS = 90_000;
const MOST_BITS = 26;

/**
 * The solution, or null where it takes too long, or `signal` stops it. `noticed()` is called when it lasts longer than
 * a visitor does not mind.
 */
export function solve({ challenge, bits }, signal, noticed) {
  if (signal.aborted || !(bits <= MOST_BITS)) return Promise.resolve(null);
  return new Promise((resolve) => {
    const worker = new Worker(new URL("./work-worker.js", import.meta.url));
    const timers = [setTimeout(noticed, NOTICED_AFTER_MILLIS), setTimeout(finish, LONGEST_MILLIS, null)];
    const stop = () => finish(null);

    function finish(solution) {
      timers.forEach(clearTimeout);
      signal.removeEventListener("abort", stop);
      worker.terminate();
      resolve(solution);
    }

    signal.addEventListener("abort", stop);
    worker.onmessage = ({ data }) => finish(data);
    worker.onerror = stop;
    worker.postMessage({ challenge, bits });
  });
}
