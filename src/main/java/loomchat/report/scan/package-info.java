/**
 * From files to totals: finds the log files of a folder, reads them in chunks with several threads, and adds up their
 * lines. A canonical line is read in place, byte by byte; any other line goes through a JSON parser and counts the
 * same. Owns the scanning threads and their buffers. Never keeps a line, and never writes to a log file.
 */
package loomchat.report.scan;
