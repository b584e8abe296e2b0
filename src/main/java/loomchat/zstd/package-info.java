/**
 * Files compressed with Zstandard that can be read from any position: frames of about a megabyte one after the other,
 * then where each begins, in Zstandard's seekable format
 * (<a href="https://github.com/facebook/zstd/blob/dev/contrib/seekable_format/zstd_seekable_compression_format.md">its
 * specification</a>). Every tool that knows Zstandard reads them, since it skips what is not content. The log writes
 * such files, the report reads them. Knows nothing of the rest; the native library is loaded at first use.
 */
package loomchat.zstd;
