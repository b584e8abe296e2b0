/**
 * How responses are made: plain ones, JSON, errors that no route gives, bytes for connections that end, and the headers
 * that all of them carry. No state; knows no route.
 */
package loomchat.web.response;
