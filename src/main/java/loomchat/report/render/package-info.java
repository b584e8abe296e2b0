/**
 * A report as a page, JSON, CSV or text, and what pages are made of: HTML, SVG, numbers and times for people. Pure
 * functions of a report: no file, no clock, no thread of its own.
 */
package loomchat.report.render;
