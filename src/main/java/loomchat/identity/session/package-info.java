/** What a visitor can do with an identity: begin it, refresh it, end it, prove it. Puts the packages below together. */
package loomchat.identity.session;
