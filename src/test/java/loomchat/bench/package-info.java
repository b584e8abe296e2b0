/**
 * What {@code make bench} measures. {@code LogBenchmark}, {@code CodecBench} and {@code PlainFramesBench} lie beside
 * the package-private code that they measure ({@code log}, {@code ws}, {@code chat.plain}), and are run from here.
 */
package loomchat.bench;
