/**
 * Who a visitor is: identities without a name, and the access tokens that prove them. Any thread; nothing here waits
 * for a disk or a network while a token is checked. It knows no HTTP and no chat.
 */
package loomchat.identity;
