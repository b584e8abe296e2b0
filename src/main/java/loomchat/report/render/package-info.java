/**
 * A report as a page, JSON, CSV or text, and what pages are made of: HTML, SVG, numbers and times for people. Pure
 * functions of a report: no file, no clock, no lock but the one that keeps each form from being made twice.
 */
package loomchat.report.render;
