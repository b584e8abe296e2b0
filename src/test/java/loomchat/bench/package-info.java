/**
 * What {@code make bench} measures. {@code LogBenchmark}, {@code CodecBench}, {@code PlainFramesBench} and those of
 * {@code identity} lie beside the package-private code that they measure, and are run from here.
 */
package loomchat.bench;
